/** The verdict on input that is no declaration: a code and a place (declaration.md, Refusals). */
export class Refusal extends Error {
  /** @param {string} code @param {string} at a JSON pointer, `byte 41`, or "" for the whole document */
  constructor(code, at) {
    super(`refused: ${code} at ${at === '' ? 'the top' : at}`);
    this.name = 'Refusal';
    this.code = code;
    this.at = at;
  }
}

/** A refusal while reading: its place is an offset. */
export const refusedByte = (code, offset) => new Refusal(code, `byte ${offset}`);
