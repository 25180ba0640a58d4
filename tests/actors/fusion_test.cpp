// SPDX-License-Identifier: Apache-2.0
#include "actors/tenure.hpp"
#include "tests/actors/run_fixture.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/golden.hpp"
#include "troupe/flow.hpp"

#include <regex>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

/// How a run went: its result, and what was told of each node, in order.
struct account {
  json result;
  std::map<std::string, json> told;
  friend bool operator==(const account&, const account&) = default;
};

/// Defaults, and a text for every other input that the document names.
json inputs_for(const plan::flow& x, const std::string& text) {
  static const std::regex named{R"(inputs\.([A-Za-z_]+))"};
  auto all = json::object();
  for (std::sregex_iterator at{text.begin(), text.end(), named}, end; at != end; ++at)
    all[(*at)[1]] = "given";
  for (auto& [name, spec] : x.inputs)
    if (spec.fallback)
      all[name] = spec.fallback->json();
  return all;
}

/// Each run in a fresh system, in virtual time.
struct corpus_fixture : run_fixture {
  explicit corpus_fixture(bool fused) {
    fuses = fused;
    end_when_waiting = true;
    add_echoing_kinds(kinds);
    kinds.add_inline("shell", [](const step_input& in) -> step_output {
      return json{{"stdout", in.params.dump()}, {"exit_code", 0}};
    });
  }

  account account_of(const std::string& text) {
    document = *parse_flow(text, kinds);
    inputs = inputs_for(*document->plan(), text);
    start_again();
    auto& x = finish_all();
    account all{{{"status", to_string(x.status)},
                 {"output", x.output.json()},
                 {"context", x.context.json()},
                 {"metrics", x.metrics.json()},
                 {"warnings", x.warnings},
                 {"error", x.error ? json(*x.error) : json{}},
                 {"tree", x.tree ? as_value(*x.tree).json() : json{}}},
                {}};
    all.result = lasting(all.result);
    for (auto& event : events)
      all.told[event.path].push_back({to_string(event.type), lasting(event.data)});
    return all;
  }
};

/// A group with an inline kind, whose steps tell where they are.
struct fused_group : group_fixture {
  registry kinds;
  std::string told;
  std::map<std::string, std::function<void()>> during; ///< by path
  fused_group() {
    fuses = true;
    kinds.add_inline("tell", [this](const step_input& in) -> step_output {
      told += in.host->path() + " ";
      if (auto more = during.find(in.host->path()); more != during.end())
        more->second();
      return in.input;
    });
  }
  void start(const std::string& node) { start_group(read(node, "", kinds)); }
};

/// `node` that many times, separated by commas.
std::string repeated(const std::string& node, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += (i == 0 ? "" : ",") + node;
  return text;
}

account account_of(const std::string& text, bool fused) {
  return corpus_fixture{fused}.account_of(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(fusion)

BOOST_FIXTURE_TEST_CASE(inline_steps_need_no_actor, fused_group) {
  auto before = alive();
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'tell'}, {'id': 'b', 'type': 'tell'}]}");
  BOOST_TEST(told == "g/a g/b ");
  BOOST_TEST(alive() == before);
  BOOST_TEST(expect_answer(group).result->children.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_step_of_a_wrapper_needs_no_actor_either, fused_group) {
  start("{'id': 'g', 'type': 'tell', 'retry': 3}");
  BOOST_TEST(told == "g ");
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_FIXTURE_TEST_CASE(a_cancel_goes_before_the_next_step, fused_group) {
  during["g/a"] = [&] { caf::send_as(parent, group, cancel{7, stop_reason::requested}); };
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'tell'}, {'id': 'b', 'type': 'tell'}]}");
  scheduler.run_once(); // the `cancel`; CAF shows the next message only while it is alone
  expect<proceed>(group, group);
  auto result = expect_answer(group).result;
  BOOST_TEST(told == "g/a ");
  BOOST_TEST((result->status == status::cancelled));
  BOOST_TEST((result->children.at(0)->status == status::succeeded));
  BOOST_TEST((result->children.at(1)->status == status::skipped));
}

BOOST_FIXTURE_TEST_CASE(a_long_line_of_steps_lets_others_have_their_turn, fused_group) {
  start("{'id': 'g', 'sequence': [" + repeated("{'type': 'tell'}", 1200) + "]}");
  for (auto i = 0; i < 2; ++i) {
    expect<ask_to_proceed>(group, clock);
    expect<proceed>(clock, group);
  }
  BOOST_TEST(expect_answer(group).result->children.size() == 1200u);
}

BOOST_FIXTURE_TEST_CASE(steps_that_take_their_time_let_others_have_their_turn_sooner, fused_group) {
  during["g/a"] = [&] { scheduler.clock().current_time += 2ms; };
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'tell'}, {'id': 'b', 'type': 'tell'}]}");
  expect<ask_to_proceed>(group, clock);
  expect<proceed>(clock, group);
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_FIXTURE_TEST_CASE(a_failure_keeps_siblings_from_being_called, fused_group) {
  during["g/a"] = [] { throw step_error{errc::step_failed, "now"}; };
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'tell'}, {'id': 'b', 'type': 'tell'}]}");
  auto result = expect_answer(group).result;
  BOOST_TEST(told == "g/a ");
  BOOST_TEST((result->children.at(1)->status == status::cancelled));
}

BOOST_FIXTURE_TEST_CASE(a_long_function_does_not_hold_up_its_siblings, fused_group) {
  during["g/a"] = [&] { scheduler.clock().current_time += 1ms; };
  start("{'id': 'g', 'parallel': [{'id': 'a', 'type': 'tell'}, " +
        repeated("{'type': 'tell'}", 18) + "]}");
  auto called = std::count(told.begin(), told.end(), ' ');
  BOOST_TEST(called == 3); // 16 got actors
  for (auto i = 0; i < 16; ++i)
    finish_child(c, expect_start(c), success("g/c", 1));
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_FIXTURE_TEST_CASE(a_step_for_somebody_who_was_not_heard_of_for_a_lease_is_not_called,
                        fused_group) {
  auto& node = read("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'tell'}]}", "", kinds);
  auto late = std::make_shared<run_services>(*services);
  late->tenure = std::make_shared<tenure>(scheduler.clock().now(), 1s);
  services = late;
  scheduler.advance_time(2s);
  start_group(node);
  BOOST_TEST((expect_answer(group).result->children.at(0)->status == status::cancelled));
  BOOST_TEST(told == "");
}

BOOST_FIXTURE_TEST_CASE(what_goes_wrong_behind_a_function_is_the_end_of_its_step_alone,
                        fused_group) {
  kinds.add_inline("riddle", [](const step_input&) -> step_output {
    return value::deferred([]() -> value { throw std::runtime_error{"no answer"}; }, 1);
  });
  start("{'id': 'g', 'on_error': 'continue', 'parallel': [{'id': 'a', 'type': 'riddle', 'returns': "
        "{'type': 'number'}}, {'id': 'b', 'type': 'tell'}]}");
  auto result = expect_answer(group).result;
  BOOST_TEST((result->children.at(0)->error->code == errc::crashed));
  BOOST_TEST(result->children.at(1)->success());
}

BOOST_FIXTURE_TEST_CASE(a_long_function_with_nobody_beside_it_may_take_its_time, fused_group) {
  during["g/a"] = [&] { scheduler.clock().current_time += 1ms; };
  start("{'id': 'g', 'sequence': [{'id': 'a', 'type': 'tell'}, {'id': 'b', 'type': 'tell'}]}");
  BOOST_TEST(told == "g/a g/b ");
  BOOST_TEST(expect_answer(group).result->ok());
}

BOOST_AUTO_TEST_CASE(documents_come_to_the_same_with_an_actor_for_each_step) {
  size_t compared = 0;
  for (std::string family : {"native", "graph", "chain", "blueprint", "llm"}) {
    scratch_folder folder;
    auto all = files_in(source_folder() / "tests/documents" / family, document_endings());
    for (auto& file : all)
      fs::copy(file, folder.path());
    for (auto& file : all) {
      auto converted = convert_flow(file.filename());
      if (!converted || is_a_race(converted->text) ||
          !parse_flow(converted->text, corpus_fixture{true}.kinds))
        continue; // for kinds that are not there
      auto apart = account_of(converted->text, false), fused = account_of(converted->text, true);
      if (apart.result["status"] == "failed") { // which others were stopped is a matter of chance
        BOOST_TEST(apart.result["error"] == fused.result["error"], file);
        continue;
      }
      auto difference = json::diff(apart.result, fused.result);
      BOOST_TEST(difference.empty(), file << ": " << difference.dump());
      for (auto& [path, events] : apart.told)
        BOOST_TEST(events == fused.told[path], file << ": other events of " << path);
      BOOST_TEST(apart.told.size() == fused.told.size(), file);
      ++compared;
    }
  }
  BOOST_TEST(compared >= 100u);
}

BOOST_AUTO_TEST_SUITE_END()
