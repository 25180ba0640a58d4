// SPDX-License-Identifier: Apache-2.0
// Holds troupe against its peers: against.mjs CHAIN PEER…, files of lines of JSON. The figures of
// CHAIN are troupe's.
import { readFileSync } from 'node:fs';
import { must_equal, tell } from './measure.mjs';

const step = 'a step of 1,000 in a row';
const goals = { 'LangGraph.js': { kind: 'at_least', target: 100, beyond: 300 } };

const figures = (file) =>
  readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

const [chain, ...peers] = process.argv.slice(2);
const ours = figures(chain).find(({ what }) => what === step);
if (!ours)
  throw new Error(`no "${step}" in ${chain}`);
for (const theirs of peers.flatMap(figures)) {
  const [name, what] = theirs.what.split(': ');
  if (what !== step)
    continue;
  must_equal(theirs.unit, ours.unit, theirs.what);
  tell({ what: `a step in ${name}, in steps of troupe`, value: theirs.value / ours.value, unit: 'x',
         goal: goals[name] }); // JSON leaves out what is undefined
}
