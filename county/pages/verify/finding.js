// Why a stamp is not shown as genuine. Calls nothing.

/** `code` names the sentence in words.js, `detail` (English) is for the technical details. */
export class Finding extends Error {
  constructor(code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
  }
}

/** The work's result; an error of the kinds that malformed input causes becomes Finding(code). */
export function attempt(code, work, ...kinds) {
  try {
    return work();
  } catch (error) {
    if ([RangeError, TypeError, ...kinds].some((kind) => error instanceof kind)) throw new Finding(code, error.message);
    throw error;
  }
}
