// SPDX-License-Identifier: Apache-2.0
// Checks `troupe schema` with ajv: valid documents of the tests pass, those that are wrong in their
// structure do not. Usage: npm install, then node check_schema.mjs TROUPE_COMMAND
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

const root = join(import.meta.dirname, '..', '..');
const command = process.argv[2] ?? join(root, 'build', 'release', 'troupe');
const schema = JSON.parse(execFileSync(command, ['schema'], { encoding: 'utf8' }));
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
const structural = /\[(unknown_key|wrong_type|missing_key|empty_group|bad_duration)\]|\[not_supported_yet\]: "/;

const documents = (folder) =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.json')).map((name) => join(root, folder, name));
const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

let wrong = 0;
const complain = (file, why) => {
  wrong += 1;
  console.error(`${file}: ${why}`);
};
const valid = [...documents('examples'), ...documents('tests/config/warned'), join(root, 'tests/engine/log_triage.json')];
for (const file of valid)
  if (!validate(read(file))) complain(file, JSON.stringify(validate.errors[0]));
let refused = 0;
for (const file of documents('tests/config/refused')) {
  const document = read(file);
  if (document === undefined || !structural.test(readFileSync(file.replace(/json$/, 'error'), 'utf8'))) continue;
  refused += 1;
  if (validate(document)) complain(file, 'is accepted');
}
console.log(`${valid.length} valid and ${refused} refused documents checked with ajv, ${wrong} wrong`);
process.exit(wrong > 0 ? 1 : 0);
