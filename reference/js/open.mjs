// Open positions and `ext`: members of any name, which are filtered (declaration.md, Open positions).

import { below, canonicalOrder } from './bytes.mjs';
import { keyed, plain } from './content.mjs';
import { absent, anyMap, mistyped } from './forms.mjs';
import { canBeSecret, extName, isArtefactName, isSecretName, isSecretText } from './names.mjs';
import { Refusal } from './refusal.mjs';

const RESERVED = { absent, b3: plain, kb3: keyed };
const reservedForm = (map) => RESERVED[Object.keys(RESERVED).find((member) => map.has(member))];

/** An open map in which artefacts are looked for on so many levels. */
export const openMap = ({ artefactLevels = 0 } = {}) => (value, at, doc) => {
  if (reservedForm(anyMap(value, at))) throw mistyped(value, at);
  return members(value, at, doc, artefactLevels);
};

/** An open map in which artefacts are looked for at any depth. */
export const filteredMap = openMap({ artefactLevels: Infinity });

/** The map of extensions. It has no reserved names. */
export const ext = (value, at, doc) =>
  walkMembers(anyMap(value, at), at, (inner, key, place) => {
    const name = extName(key);
    if (name === null) throw new Refusal('E-EXT-KEY', place);
    filterName(name, inner, at, place, Infinity);
    return openValue(inner, place, doc, Infinity);
  });

const members = (map, at, doc, levels) =>
  walkMembers(map, at, (inner, key, place) => {
    filterName(key, inner, at, place, levels);
    return openValue(inner, place, doc, levels - 1);
  });

function walkMembers(map, at, member) {
  const walked = new Map();
  for (const key of canonicalOrder(map.keys())) walked.set(key, member(map.get(key), key, below(at, key)));
  return walked;
}

const isNumberOrSwitch = (value) => ['bigint', 'number', 'boolean'].includes(typeof value);

function filterName(name, value, around, place, levels) {
  if (isSecretText(name)) throw new Refusal('E-SECRET', around); // a place would repeat it
  if (levels > 0 && isArtefactName(name)) throw new Refusal('E-ARTEFACT', place);
  if (isSecretName(name) && canBeSecret(value)) throw new Refusal('E-SECRET', place);
}

function openValue(value, at, doc, levels) {
  if (typeof value === 'string') {
    if (isSecretText(value)) throw new Refusal('E-SECRET', at);
    return value;
  }
  if (isNumberOrSwitch(value)) return value;
  if (Array.isArray(value)) return value.map((inner, i) => openValue(inner, below(at, i), doc, levels));
  if (!(value instanceof Map)) throw mistyped(value, at);
  const form = reservedForm(value);
  return form ? form(value, at, doc) : members(value, at, doc, levels);
}
