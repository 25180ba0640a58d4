// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster_fixture.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/golden.hpp"

// Where a node runs changes nothing of what comes of it: each document of the tests runs once in
// one process, and once with every node of its pipeline on a worker.

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// Every node of the pipeline goes to some worker, unless it says itself where it runs.
nlohmann::ordered_json spread(nlohmann::ordered_json document) {
  auto& pipeline = document["pipeline"];
  for (auto& node : pipeline.is_object() ? pipeline["nodes"] : pipeline)
    if (node.is_object() && !node.contains("place"))
      node["place"] = {{"spread", true}};
  return document;
}

/// Which of the two is first, the step or its time limit, may differ on a busy machine.
bool has_time_limit(const std::string& document) {
  return document.find("\"timeout\"") != document.npos ||
         document.find("\"deadline\"") != document.npos;
}

json came_of(engine& by, const flow& x) {
  auto result = by.run(x, value{},
                       {.environment = std::map<std::string, std::string>{{"HOME", "somewhere"}},
                        .secret = [](auto&) { return "a secret"; },
                        .end_when_waiting = true});
  json out{{"status", to_string(result.status)},
           {"output", result.output.json()},
           {"context", result.context.json()},
           {"metrics", result.metrics.json()}};
  if (result.error)
    out["error"] = *result.error;
  if (result.tree)
    out["tree"] = as_value(*result.tree).json();
  return lasting(out, {"node", "saved", "pause_ms"}); // which say where it ran, and how long
}

} // namespace

BOOST_AUTO_TEST_SUITE(same_results)

BOOST_AUTO_TEST_CASE(documents_give_on_workers_what_they_give_in_one_process) {
  size_t compared = 0;
  for (std::string family : {"native", "graph"}) {
    scratch_folder folder;
    auto all = files_in(source_folder() / "tests/documents" / family, {".json", ".yaml", ".yml"});
    for (auto& file : all)
      fs::copy(file, folder.path());
    for (auto& file : all) {
      engine alone;
      add_echoing_kinds(alone.steps());
      auto converted = convert_flow(file.filename());
      if (!converted || is_a_race(converted->text) || has_time_limit(converted->text))
        continue;
      folder.write("here.json", converted->text);
      auto here = alone.load("here.json");
      if (!here)
        continue; // for kinds that are not there
      folder.write("spread.json", spread(nlohmann::ordered_json::parse(converted->text)).dump());
      cluster_fixture cluster{2, add_echoing_kinds};
      auto there = cluster.home->load("spread.json");
      BOOST_REQUIRE_MESSAGE(there, file << (there ? "" : to_string(there.error().at(0))));
      auto wanted = came_of(alone, *here), found = came_of(*cluster.home, *there);
      auto difference = json::diff(wanted, found);
      BOOST_TEST(difference.empty(), file.filename() << ": " << difference.dump());
      ++compared;
    }
  }
  BOOST_TEST(compared >= 40u);
}

BOOST_AUTO_TEST_SUITE_END()
