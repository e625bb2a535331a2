// The numbered steps of a verification.
import { Fault } from './note.mjs';
import { Refusal } from './refusal.mjs';

/**
 * @returns {{checked: string[], step: (number: number, what: string, check: () => any) => Promise<any>}} `step` performs
 *   a check and gives what it found; `checked` has the names of those that held
 */
export function steps() {
  const checked = [];
  const step = async (number, what, check) => {
    try {
      const found = await check();
      checked.push(what);
      return found;
    } catch (fault) {
      if (!(fault instanceof Fault || fault instanceof Refusal)) throw fault;
      throw new Fault(`step ${number}, ${what}: ${fault.message}`);
    }
  };
  return { checked, step };
}
