// SPDX-License-Identifier: Apache-2.0
// Every way to fail in every group with every wrapper: the page docs/semantics.md is the table of
// what comes out, and this is what fills it.
#include "tests/actors/run_fixture.hpp"
#include "tests/support/golden.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct entry {
  const char* name; ///< as the page says it
  const char* json; ///< of the node that fails, or of the group; `@` stands for that node
};

constexpr entry failures[]{
  {"The node fails", "'type': 'fail'"},
  {"It fails for good (`denied`)", "'type': 'fail', 'params': {'code': 'denied'}"},
  {"It throws", "'type': 'throws'"},
  {"Its actor goes down", "'type': 'crashes'"},
  {"It does not answer in its `timeout`",
   "'type': 'sleep', 'params': {'for': '1h'}, 'timeout': '1s'"},
  {"It is past its `deadline`", "'type': 'sleep', 'params': {'for': '1h'}, 'deadline': '1s'"},
  {"It gives what `returns` forbids",
   "'type': 'echo', 'params': {'value': 1}, 'returns': {'type': 'string'}"},
  {"It names something that is not there",
   "'type': 'template', 'params': {'text': '${context.nowhere}'}"},
  {"Its `when` is wrong", "'type': 'echo', 'when': 'error'"},
  {"It spends more than its `budget`",
   "'type': 'spend', 'params': {'cost_usd': 2}, 'budget': {'cost_usd': 1}"},
};

constexpr const char* good = "{'id': 'y', 'type': 'template', 'params': {'text': 'y'}}";
constexpr const char* other = "{'id': 'z', 'type': 'template', 'params': {'text': 'z'}}";

constexpr entry groups[]{
  {"`sequence`", "'sequence': [@, Y]"},
  {"`parallel`", "'parallel': [@, Y]"},
  {"`parallel`, `continue`", "'parallel': [@, Y], 'on_error': 'continue'"},
  {"`first_success`",
   "'parallel': [@, {'id': 's', 'sequence': [{'type': 'sleep', 'params': {'for': '2h'}}, Y]}], "
   "'merge': 'first_success'"},
  {"`quorum` of 2 in 3", "'parallel': [@, Y, Z], 'merge': {'quorum': 2}"},
  {"`quorum` of 2 in 2", "'parallel': [@, Y], 'merge': {'quorum': 2}"},
  {"`batch`", "'batch': [1, 2], 'sequence': [@]"},
  {"`batch`, `tolerated: 1`", "'batch': {'items': [1], 'tolerated': 1}, 'sequence': [@]"},
  {"`choice`", "'choice': [{'else': @}]"},
  {"`loop`", "'loop': [@], 'max_iterations': 2, 'on_limit': 'stop'"},
  {"`graph`", "'graph': {'nodes': [@, Y], 'edges': [{'from': 'x', 'to': 'y'}]}"},
  {"`graph`, error edge",
   "'graph': {'nodes': [@, Y], 'edges': [{'from': 'x', 'to': 'y', 'action': 'error'}]}"},
  {"`next`, error entry", "'sequence': [@, Z, Y]"},
};

constexpr entry wrappers[]{
  {"alone", ""},
  {"`retry: 2`", ", 'retry': {'attempts': 2, 'initial': '1ms', 'jitter': 'none'}"},
  {"`fallback`", ", 'fallback': {'id': 'b', 'type': 'template', 'params': {'text': 'b'}}"},
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

struct table_fixture : run_fixture {
  bool crashes_now = false;
  int tries = 0;

  table_fixture() {
    kinds.add_inline("throws",
                     [](const step_input&) -> step_output { throw std::runtime_error{"oops"}; });
    kinds.add_async("crashes", [this](const step_input&, const promise& answer) {
      crashes_now = true;
      static std::vector<promise> kept;
      kept.push_back(answer);
    });
  }

  /// Lets one message be handled; ends the actor that handled it if it is to crash.
  void step_on() {
    caf::actor running;
    if (!scheduler.jobs.empty())
      if (auto next = dynamic_cast<caf::abstract_actor*>(scheduler.jobs.front()))
        running = caf::actor_cast<caf::actor>(next);
    scheduler.run_once();
    if (std::exchange(crashes_now, false))
      caf::anon_send_exit(running, caf::exit_reason::kill);
  }

  std::string cell(const entry& failure, const entry& group, const entry& wrapper) {
    fuses = std::string{failure.json}.find("crashes") == std::string::npos; // it takes an actor
    auto is_jump = std::string{group.name}.starts_with("`next`");
    auto x = "{'id': 'x', " + std::string{failure.json} + wrapper.json +
             (is_jump ? ", 'next': {'error': 'y', 'default': 'end'}" : "") + "}";
    auto body = replaced(replaced(replaced(group.json, "@", x), "Y", good), "Z", other);
    start("{'id': 'g', " + body + "}");
    while (!result) {
      if (scheduler.jobs.empty() && !scheduler.trigger_timeout())
        break;
      if (!scheduler.jobs.empty())
        step_on();
    }
    scheduler.run();
    BOOST_REQUIRE_MESSAGE(result, std::string{failure.name} + " in " + group.name + " hangs");
    BOOST_TEST(result->success() == !result->error.has_value());
    BOOST_TEST(told(event_type::step_started) <=
               told(event_type::step_finished)); // one end for each
    auto text = status_of(*result);
    if (result->error)
      text += " `" + code_of(*result) + "`";
    auto again = told(event_type::step_retrying);
    if (again > 0)
      text += ", tried again";
    if (told(event_type::fallback_triggered) > 0)
      text += ", by the backup";
    return text;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failure_table_suite, table_fixture)

BOOST_AUTO_TEST_CASE(every_failure_in_every_group_with_every_wrapper_ends_as_the_page_says) {
  std::string page =
    "# What comes of a failure\n\nOne node of a group fails; its sibling is fine. "
    "How the group ends, and the flow with it, for each way to fail, each group and each wrapper\n"
    "around the failing node. The page is made by `tests/actors/failure_table_test.cpp`, which "
    "runs all "
    "of it; a change of it is a change of what troupe promises.\n";
  size_t cells = 0;
  for (auto& failure : failures) {
    page += "\n## " + std::string{failure.name} + "\n\n| in |";
    std::string line = "|---|";
    for (auto& wrapper : wrappers) {
      page += " " + std::string{wrapper.name} + " |";
      line += "---|";
    }
    page += "\n" + line + "\n";
    for (auto& group : groups) {
      page += "| " + std::string{group.name} + " |";
      for (auto& wrapper : wrappers) {
        page += " " + cell(failure, group, wrapper) + " |";
        ++cells;
      }
      page += "\n";
    }
  }
  page += "\n" + std::to_string(cells) + " cells.\n";
  check_golden(source_folder() / "docs/semantics.md", page);
}

BOOST_AUTO_TEST_SUITE_END()
