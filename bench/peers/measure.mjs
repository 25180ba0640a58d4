// SPDX-License-Identifier: Apache-2.0
// How the peers in JavaScript are measured: as bench/measure.hpp and bench/figures.hpp do it.

/// As one line of JSON, which bench_report makes a table of.
export const tell = (figure) => console.log(JSON.stringify(figure));

/// Milliseconds that a run takes, after one to warm up.
export async function median_of(rounds, run) {
  const all = [];
  for (let i = 0; i <= rounds; ++i) {
    const begin = performance.now();
    await run();
    all.push(performance.now() - begin);
  }
  const warm = all.slice(1).sort((a, b) => a - b);
  return warm[Math.floor(warm.length / 2)];
}

/// Likewise of work that waits for nothing. Long runs gather all that others do on the machine, short
/// ones slip through: the ratio of the two would then flatter troupe.
export async function median_of_work(rounds, run) {
  const begin = performance.now(), before = process.cpuUsage();
  const median = await median_of(rounds, run);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - begin);
  if (share < 0.8)
    console.error(`peers: node had ${Math.round(share * 100)} % of a core: the machine is busy, its figures may be too high`);
  return median;
}

export function must_equal(found, wanted, what) {
  if (found !== wanted)
    throw new Error(`${what}: wanted ${wanted}, found ${found}`);
}
