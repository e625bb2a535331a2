// The rules over a log: what one record cannot show (records.md, Rules over the log).

import { equalBytes, toHex } from './bytes.mjs';
import { leafHash, Tree } from './tree.mjs';

/** Whether a supplement of this kind says itself that its occurrence began or ended. */
const isStep = (kind) => kind === 'start' || kind === 'execution';

/** The records of a log, from the first to the last. */
export class Rules {
  #sealed = new Map();
  #subjects = new Map(); // by occurrence, of starts and executions
  #newest = new Map(); // by occurrence, the newest execution
  #held = new Set(); // the holds that are not released
  #keys = new Map(); // by name, the fingerprint; null of a key that was destroyed
  #tree = new Tree();

  /** @param {Uint8Array} genesis the first entry */
  constructor(genesis) {
    this.#tree.append(leafHash(genesis));
  }

  /** Takes the next entry, its record and its bytes. Gives the rule that is broken, and how, or undefined. */
  add(entry, record, bytes) {
    const broken = this.#faults(entry, record).find(([, holds]) => !holds());
    if (broken) return { rule: broken[0], says: broken[2] };
    this.#keep(entry, record);
    this.#tree.append(leafHash(bytes));
    return undefined;
  }

  /** The rules that concern this record, in their order. */
  #faults(entry, record) {
    const [kind, body, id] = [record.get('kind'), record.get('body'), record.get('subject')];
    const rules = [
      ['a', () => (record.get('by') ?? entry.get('by')) === entry.get('by'), 'the submitter is not that of the entry'],
    ];
    if (entry.get('t') === 'event') {
      const held = () => this.#held.has(toHex(body.get('hold')));
      if (kind === 'release') rules.push(['k', held, 'there is no such hold']);
      const known = () => {
        const key = this.#keys.get(body.get('name'));
        return body.get('action') === 'new' ? key === undefined : key === toHex(body.get('fingerprint'));
      };
      if (kind === 'key') rules.push(['m', known, 'the name was given to a key before, or there is no such key']);
      const grew = () => body.get('size') <= this.#tree.size && equalBytes(this.#tree.root(body.get('size')), body.get('root'));
      if (kind === 'timestamp' || kind === 'anchor') rules.push(['l', grew, 'the log had no such root']);
    }
    if (entry.get('t') !== 'supplement') return rules;

    const subject = this.#declaration(id);
    rules.push(['b', () => subject !== undefined, 'the subject is no declaration that was sealed before']);
    const occurrence = body.get('occurrence');
    const known = this.#subjects.get(occurrence);
    if (kind === 'execution') {
      const started = body.get('started');
      const late = () => body.has('late') === started < subject.entry.get('at');
      rules.push(['c', () => started <= entry.get('at'), 'it began after it was sealed']);
      rules.push(['d', late, 'it says that it is late and is not, or the other way round']);
    }
    rules.push(['e', () => (known ?? toHex(id)) === toHex(id), 'the occurrence is one of another declaration']);
    const begun = () => known !== undefined || occurrence === undefined || isStep(kind);
    rules.push(['e', begun, 'nothing said before that the occurrence began or ended']);
    if (kind === 'start') rules.push(['f', () => known === undefined, 'the occurrence has begun before']);
    if (kind === 'execution') {
      const newest = this.#newest.get(occurrence);
      const amends = () => (body.has('amends') ? toHex(body.get('amends')) : undefined) === newest;
      rules.push(['g', amends, 'it does not amend the newest execution']);
    }
    if (kind === 'timestamp') {
      const same = () => equalBytes(body.get('imprint').get('value'), subject.entry.get('sha256'));
      rules.push(['h', same, 'the imprint is of something else']);
    }
    if (kind === 'link') {
      const sealed = () => body.has('external') || this.#declaration(body.get('target')) !== undefined;
      rules.push(['i', sealed, 'the target is no declaration that was sealed before']);
    }
    if (kind === 'review' && body.has('about')) {
      const about = this.#sealed.get(toHex(body.get('about')))?.record.get('subject');
      const same = () => about !== undefined && equalBytes(about, id);
      rules.push(['j', same, 'it is about no supplement of the same declaration']);
    }
    return rules;
  }

  #keep(entry, record) {
    const [kind, body, id] = [record.get('kind'), record.get('body'), toHex(entry.get('id'))];
    this.#sealed.set(id, { entry, record });
    if (entry.get('t') === 'event' && kind === 'hold') this.#held.add(id);
    if (entry.get('t') === 'event' && kind === 'release') this.#held.delete(toHex(body.get('hold')));
    if (entry.get('t') === 'event' && kind === 'key') {
      this.#keys.set(body.get('name'), body.get('action') === 'new' ? toHex(body.get('fingerprint')) : null);
    }
    if (isStep(kind)) this.#subjects.set(body.get('occurrence'), toHex(record.get('subject')));
    if (kind === 'execution') this.#newest.set(body.get('occurrence'), id);
  }

  #declaration(id) {
    const sealed = this.#sealed.get(toHex(id));
    return sealed?.entry.get('t') === 'declaration' ? sealed : undefined;
  }
}
