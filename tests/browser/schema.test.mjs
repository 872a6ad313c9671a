// The JSON Schemas against real YAML: what the program takes they take, and what it refuses they refuse.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";
import { program, repository } from "./help.mjs";

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
execFileSync(program, ["schema", "--output-dir", folder]);
const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true });
const schema = (name) => ajv.compile(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), "utf8")));
const [site, frontMatter, facts] = ["site", "front-matter", "facts"].map(schema);
const read = (path) => readFileSync(join(repository, path), "utf8");
const files = (extension) =>
  readdirSync(join(repository, "content"), { recursive: true }).filter((path) => path.endsWith(extension)).map((path) => join("content", path));
const told = (validate) => ajv.errorsText(validate.errors);

test("the first site's own files are taken", () => {
  assert.ok(site(parse(read("site.yaml"))), told(site));
  const yaml = files(".yaml");
  assert.ok(yaml.length >= 5);
  for (const path of yaml) assert.ok(facts(parse(read(path))), `${path}: ${told(facts)}`);
  const pages = files(".md");
  assert.ok(pages.length >= 10);
  for (const path of pages) assert.ok(frontMatter(parse(read(path).split(/^---$/m)[1])), `${path}: ${told(frontMatter)}`);
});

const event = { title: "War", date: "2020", sources: ["paper"] };
const wrong = {
  "an unknown key": [facts, { events: { war: { ...event, plce: ["x"] } } }],
  "an unknown kind": [facts, { event: { war: event } }],
  "a missing key": [facts, { events: { war: { title: "War", date: "2020" } } }],
  "an empty list of sources": [facts, { events: { war: { ...event, sources: [] } } }],
  "an id in capitals": [facts, { events: { War: event } }],
  "a word of no vocabulary": [facts, { actors: { army: { name: "Army", type: "army" } } }],
  "a number with a separator": [facts, { figures: { f: { measure: "killed", scope: {}, best: "6,500", as_of: "2020", attribution: { counted_by: "x" }, sources: ["paper"] } } }],
  "coordinates the wrong way round": [facts, { places: { p: { name: "P", coordinates: [40, 145] } } }],
  "an allowance without a reason": [facts, { events: { war: { ...event, allow: [{ rule: "date-order" }] } } }],
  "a fixed rule allowed": [facts, { events: { war: { ...event, allow: [{ rule: "yaml-syntax", reason: "x" }] } } }],
  "a level that is none": [site, { title: "T", base_url: "https://e.org", rules: { "date-order": "loud" } }],
  "a site without a title": [site, { base_url: "https://e.org" }],
  "a page without a title": [frontMatter, { date: "2020-01-01" }],
  "an event as a page without its date": [frontMatter, { kind: "event", title: "War", sources: ["paper"] }],
  "a state that is none": [frontMatter, { title: "T", state: "lively" }],
};

for (const [name, [validate, value]] of Object.entries(wrong)) {
  test(`${name} is refused`, () => assert.equal(validate(value), false));
}

test("the right form of each is taken", () => {
  assert.ok(facts({ events: { war: event }, places: { p: { name: { en: "P", hy: "Պ" }, coordinates: [145, 40] } } }), told(facts));
  assert.ok(frontMatter({ kind: "event", title: "War", date: "2020", sources: [{ id: "paper", locator: "p. 4" }] }), told(frontMatter));
  assert.ok(frontMatter({ title: 1984, lastmod: "2020-01-01", allow: [{ rule: "orphan-page", reason: "Linked from elsewhere" }] }), told(frontMatter));
  assert.ok(site({ title: "T", base_url: "https://e.org", rules: { "date-order": "off" }, figures: { stale_after: "90 days" } }), told(site));
});
