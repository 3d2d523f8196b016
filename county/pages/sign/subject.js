// What is signed: the application for a stamp (用印申请), the correction of one (作废), the exit sheet of
// a leaver (移交清单) and a statement of absence (不在), each as one strict table of its fields. Calls cbor.js.
//
// The same bounds as the machine's: a missing, unknown or misshapen field is refused.

import { decode as decodeCbor } from "./cbor.js";

export class SubjectError extends Error {}

export const LIMIT = 64 * 1024;
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

const TABLES = new Map([
  ["application", { fields: APPLICATION, later: LATER, limit: LIMIT, check: checkApplication }],
  ["correction", { fields: CORRECTION, later: {}, limit: 4096, check: () => {} }],
  ["exit_sheet", { fields: EXIT_SHEET, later: {}, limit: 32 * 1024, check: checkExitSheet }],
  ["absence", { fields: ABSENCE, later: {}, limit: 4096, check: checkAbsence }],
]);

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
