// What is signed: the application for a stamp (用印申请), the correction of one (作废), the exit sheet of
// a leaver (移交清单), a statement of absence (不在) and what a village publishes (公开), each as one
// strict table of its fields.
//
// Calls cbor.js.
//
// The same bounds as the machine's: a missing, unknown or misshapen field is refused.

import { decode as decodeCbor } from "./cbor.js";

export class SubjectError extends Error {}

export const LIMIT = 128 * 1024;
const LAST_DATE = 8.64e15;
const LAST_ABSENCE = 253_402_214_400_000;
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const DEVICE = /^[a-z0-9][a-z0-9-]{2,31}$/;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a value is an id as lists and steps use them. */
export const isId = (value) => typeof value === "string" && ID.test(value);

const text = (most, least = 1) => (value) =>
  typeof value === "string" && [...value].length >= least && [...value].length <= most && !HIDDEN.test(value);
const integer = (least, most) => (value) => Number.isSafeInteger(value) && value >= least && value <= most;
const octets = (size) => (value) => value instanceof Uint8Array && value.length === size;
const list = (check, least, most) => (value) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(check);
const only = (constant) => (value) => value === constant;

const oneOf = (...names) => (value) => names.includes(value);
// A map within: these fields and no others.
const map = (fields) => (value) =>
  value instanceof Map &&
  value.size === Object.keys(fields).length &&
  Object.entries(fields).every(([name, holds]) => holds(value.get(name)));
const isDevice = (value) => typeof value === "string" && DEVICE.test(value);

const APPLICATION = {
  v: only(1),
  type: only("application"),
  id: octets(32),
  village: isId,
  device: isDevice,
  machine: octets(16),
  seal: isId,
  item: isId,
  catalogue: integer(1, Number.MAX_SAFE_INTEGER),
  applicant: isId,
  applicant_name: text(64),
  title: text(200),
  purpose: text(1000),
  impressions: integer(1, 1000),
  seams: integer(0, 1000),
  pages: list(octets(32), 0, 200),
  operators: list(isId, 1, 16),
  created: integer(0, LAST_DATE),
  not_before: integer(0, LAST_DATE),
  not_after: integer(0, LAST_DATE),
};

// Fields that are written only where they are made use of.
const LATER = { amount: integer(0, Number.MAX_SAFE_INTEGER), resolution: text(100) };

const CORRECTION = {
  v: only(1),
  type: only("correction"),
  id: octets(32),
  village: isId,
  device: isDevice,
  machine: octets(16),
  item: isId,
  stamped: integer(1, Number.MAX_SAFE_INTEGER),
  entry: octets(32),
  state: oneOf("cancelled", "lost"),
  reason: text(200),
  replacement: (value) => value === null || octets(32)(value),
  created: integer(0, LAST_DATE),
};

const WRITTEN = 600;
const PARTY = map({ village: isId, id: isId, name: text(64) });
const PARTS = ["seals", "papers", "card", "codes", "advances", "matters"];

const EXIT_SHEET = {
  v: only(1),
  type: only("exit_sheet"),
  village: isId,
  village_name: text(100),
  on: integer(0, LAST_DATE),
  made: integer(0, LAST_DATE),
  roster: integer(1, Number.MAX_SAFE_INTEGER),
  gives: PARTY,
  takes: PARTY,
  watches: PARTY,
  lines: list(
    map({ part: oneOf(...PARTS), state: oneOf("handed", "none", "missing"), text: list(text(WRITTEN, 0), 0, WRITTEN) }),
    PARTS.length,
    PARTS.length,
  ),
};

const ABSENCE = {
  v: only(1),
  type: only("absence"),
  id: octets(32),
  township: isId,
  village: isId,
  person: isId,
  first: integer(0, LAST_ABSENCE),
  until: integer(0, LAST_ABSENCE),
};

const PERIOD = /^[0-9]{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])(-[0-9]{2})?))?$/;
const NUMBER = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const matching = (pattern) => (value) => typeof value === "string" && pattern.test(value);
const maybe = (check) => (value) => value === null || check(value);
const CELLS = {
  text: text(500),
  name: text(200),
  address: text(500),
  amount: integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  date: matching(DAY),
  number: matching(NUMBER),
};

const RELEASE = {
  v: only(1),
  type: only("release"),
  id: octets(32),
  village: isId,
  item: isId,
  period: matching(PERIOD),
  edition: integer(1, 999),
  replaces: maybe(octets(32)),
  reason: text(300, 0),
  title: text(100),
  text: list(text(2000), 0, 200),
  columns: list(map({ key: isId, zh: text(40), type: oneOf(...Object.keys(CELLS)) }), 0, 24),
  rows: list(list((cell) => cell === null || typeof cell === "string" || Number.isSafeInteger(cell), 0, 24), 0, 2000),
  attachments: list(map({ sha256: octets(32), name: text(100) }), 0, 200),
  shown: maybe(map({ columns: list(isId, 1, 24), basis: text(300), days: integer(1, 3660) })),
  made: integer(0, LAST_DATE),
  proposer: isId,
};

const TABLES = new Map([
  ["application", { fields: APPLICATION, later: LATER, limit: 64 * 1024, check: checkApplication }],
  ["correction", { fields: CORRECTION, later: {}, limit: 4096, check: () => {} }],
  ["release", { fields: RELEASE, later: {}, limit: LIMIT, check: checkRelease }],
  ["exit_sheet", { fields: EXIT_SHEET, later: {}, limit: 32 * 1024, check: checkExitSheet }],
  ["absence", { fields: ABSENCE, later: {}, limit: 4096, check: checkAbsence }],
]);

/** The hashes of the pictures that belong to a subject, in order. */
export function picturesOf(signed) {
  if (signed.type === "release") return signed.attachments.map((one) => one.get("sha256"));
  return signed.pages ?? [];
}

/** The exact bytes of a subject → its fields; throws SubjectError or CborError. */
export function decode(bytes) {
  if (bytes.length < 1 || bytes.length > LIMIT) throw new SubjectError("length");
  const map = decodeCbor(bytes);
  if (!(map instanceof Map)) throw new SubjectError("not a map");
  const table = TABLES.get(map.get("type"));
  if (table === undefined || bytes.length > table.limit) throw new SubjectError("type");
  for (const name of map.keys()) {
    if (Object.hasOwn(table.fields, name)) continue;
    if (!Object.hasOwn(table.later, name)) throw new SubjectError(`unknown field ${name}`);
    if (!table.later[name](map.get(name))) throw new SubjectError(name);
  }
  for (const [name, holds] of Object.entries(table.fields)) {
    if (!map.has(name) || !holds(map.get(name))) throw new SubjectError(name);
  }
  const subject = Object.freeze(Object.fromEntries(map));
  table.check(subject);
  return subject;
}

function checkApplication(subject) {
  if (subject.not_before >= subject.not_after || subject.created > subject.not_after) throw new SubjectError("not_after");
  if (new Set(subject.operators).size !== subject.operators.length) throw new SubjectError("operators");
}

function checkRelease(release) {
  const first = release.edition === 1;
  if (first !== (release.replaces === null) || first !== (release.reason === "")) throw new SubjectError("replaces");
  const kinds = new Map(release.columns.map((one) => [one.get("key"), one.get("type")]));
  if (kinds.size !== release.columns.length) throw new SubjectError("columns");
  for (const key of release.shown?.get("columns") ?? []) {
    if (!["name", "address"].includes(kinds.get(key))) throw new SubjectError("shown");
  }
  for (const row of release.rows) {
    if (row.length !== release.columns.length) throw new SubjectError("rows");
    const holds = (cell, index) => cell === null || CELLS[release.columns[index].get("type")](cell);
    if (!row.every(holds)) throw new SubjectError("rows");
  }
}

function checkExitSheet(sheet) {
  const people = [sheet.gives, sheet.takes, sheet.watches].map((party) => party.get("id"));
  if (new Set(people).size !== people.length) throw new SubjectError("people");
  if (!sheet.lines.every((line, index) => line.get("part") === PARTS[index])) throw new SubjectError("lines");
  const written = (line) => line.get("text").reduce((sum, one) => sum + [...one].length, 0);
  if (sheet.lines.some((line) => written(line) > WRITTEN)) throw new SubjectError("text");
}

function checkAbsence(subject) {
  if (subject.first >= subject.until) throw new SubjectError("until");
}
