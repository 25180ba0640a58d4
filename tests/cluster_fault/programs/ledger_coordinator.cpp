// SPDX-License-Identifier: Apache-2.0
// Runs the flow in a file on workers. Its end is of no interest: it is there to be killed.
#include "tests/cluster_fault/ledger.hpp"
#include "tests/cluster_fault/programs/options.hpp"
#include "troupe/engine.hpp"

using namespace troupe;

int main(int argc, char** argv) {
  test::program_options options{argc, argv};
  engine mine{{.network = network_options{
                 .insecure = true, .lease = std::chrono::milliseconds{options.number("--lease")}}}};
  test::add_ledger_steps(mine.steps(), options.one("--ledger"));
  for (auto& address : options.all("--worker"))
    if (auto ok = mine.connect(address); !ok) {
      std::cerr << ok.error().message << '\n';
      return 1;
    }
  auto flow = mine.load(options.one("--flow"));
  if (!flow) {
    std::cerr << flow.error().front().message << '\n';
    return 1;
  }
  return mine.run(*flow).success() ? 0 : 1;
}
