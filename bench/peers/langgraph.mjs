// SPDX-License-Identifier: Apache-2.0
// The shapes of bench/ in LangGraph.js.
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { median_of, median_of_work, must_equal, tell } from './measure.mjs';

const count = 1000;
const names = Array.from({ length: count }, (_, i) => `n${i}`);

function chain() {
  const graph = new StateGraph(Annotation.Root({ value: Annotation() }));
  for (const name of names)
    graph.addNode(name, ({ value }) => ({ value: value + 1 }));
  [START, ...names].forEach((name, i) => graph.addEdge(name, names[i] ?? END));
  return graph.compile();
}

function fan_out(step) {
  const outputs = Annotation({ reducer: (all, more) => all.concat(more), default: () => [] });
  const graph = new StateGraph(Annotation.Root({ value: Annotation(), outputs }));
  for (const name of names)
    graph.addNode(name, step).addEdge(START, name).addEdge(name, END);
  return graph.compile();
}

async function run_chain(graph) {
  const { value } = await graph.invoke({ value: 0 }, { recursionLimit: count + 10 });
  must_equal(value, count, 'LangGraph.js: steps');
}

async function run_branches(graph) {
  const { outputs } = await graph.invoke({ value: 1 });
  must_equal(outputs.length, count, 'LangGraph.js: branches');
}

setMaxListeners(0); // every branch listens to one signal, and each would be warned of
const rounds = 5; // a second or more each
const us = 1000 / count;
const row = chain();
tell({ what: 'LangGraph.js: a step of 1,000 in a row',
       value: await median_of_work(rounds, () => run_chain(row)) * us, unit: 'us' });
const branches = fan_out(({ value }) => ({ outputs: [value] }));
tell({ what: 'LangGraph.js: one of 1,000 branches',
       value: await median_of_work(rounds, () => run_branches(branches)) * us, unit: 'us' });
const waits = fan_out(async ({ value }) => {
  await setTimeout(100);
  return { outputs: [value] };
});
tell({ what: 'LangGraph.js: 1,000 waits of 100 ms: behind the longest',
       value: await median_of(rounds, () => run_branches(waits)) - 100, unit: 'ms' });
