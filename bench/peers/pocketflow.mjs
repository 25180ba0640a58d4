// SPDX-License-Identifier: Apache-2.0
// The shapes of bench/ in PocketFlow. It has no joins, so no graph.
import { setTimeout } from 'node:timers/promises';
import { Flow, Node, ParallelBatchNode } from 'pocketflow';
import { median_of, median_of_work, must_equal, tell } from './measure.mjs';

const count = 1000;

class Step extends Node {
  async prep(shared) { return shared.value; }
  async exec(value) { return value + 1; }
  async post(shared, before, value) { shared.value = value; }
}

class Branches extends ParallelBatchNode {
  async prep(shared) { return shared.items; }
  async exec(item) { return item; }
  async post(shared, items, outputs) { shared.outputs = outputs; }
}

class Waits extends Branches {
  async exec(item) {
    await setTimeout(100);
    return item;
  }
}

function chain() {
  const first = new Step();
  let last = first;
  for (let i = 1; i < count; ++i)
    last = last.next(new Step());
  return new Flow(first);
}

async function run_chain(flow) {
  const shared = { value: 0 };
  await flow.run(shared);
  must_equal(shared.value, count, 'PocketFlow: steps');
}

async function run_branches(flow) {
  const shared = { items: Array(count).fill(1) };
  await flow.run(shared);
  must_equal(shared.outputs.length, count, 'PocketFlow: branches');
}

const us = 1000 / count;
const row = chain();
tell({ what: 'PocketFlow: a step of 1,000 in a row',
       value: await median_of_work(41, () => run_chain(row)) * us, unit: 'us' });
const fan_out = new Flow(new Branches());
tell({ what: 'PocketFlow: one of 1,000 branches',
       value: await median_of_work(41, () => run_branches(fan_out)) * us, unit: 'us' });
const waits = new Flow(new Waits());
tell({ what: 'PocketFlow: 1,000 waits of 100 ms: behind the longest',
       value: await median_of(9, () => run_branches(waits)) - 100, unit: 'ms' });
