// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/run_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A step that gives its own path, and whose undo notes that.
std::string done(const std::string& id, int ms = 0) {
  auto nap = ms == 0 ? std::string{} : ", 'params': {'ms': " + std::to_string(ms) + "}";
  return "{'id': '" + id + "', 'type': '" + (ms == 0 ? "do" : "do_late") + "'" + nap +
         ", 'undo': {'id': 'un" + id + "', 'type': 'undo', 'params': {'what': '${result}'}}}";
}

struct rollback_fixture : run_fixture {
  std::vector<std::string> log;

  rollback_fixture() {
    kinds.add_inline("do", [](const step_input& in) { return step_output(json(in.host->path())); });
    kinds.add_async("do_late", [](const step_input& in, const promise& answer) {
      answer.succeed_after(std::chrono::milliseconds{in.param("ms").json().get<int>()},
                           json(in.host->path()));
    });
    kinds.add_inline("undo", [this](const step_input& in) {
      log.push_back(in.param("what").text());
      return step_output{in.input};
    });
  }
  json undone(const step_result& x) const {
    auto found = x.metadata.find("undone");
    return found == x.metadata.end() ? json() : found->second.json();
  }
};

using names = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(rollback_suite, rollback_fixture)

BOOST_AUTO_TEST_CASE(what_was_done_is_undone_the_last_first) {
  run_all(done("a") + "," + done("b") + ", {'id': 'c', 'type': 'fail'}", "'on_error': 'rollback',");
  BOOST_TEST(log == (names{"b", "a"}), boost::test_tools::per_element());
  BOOST_TEST(status_of(*result) == "failed");
  BOOST_TEST(result->error->path == "c");
  BOOST_TEST(
    undone(*result->tree) ==
    json::parse(R"([{"path": "b", "status": "succeeded"}, {"path": "a", "status": "succeeded"}])"));
  BOOST_TEST(told(event_type::step_finished, "b/undo/unb") == 1u);
}

BOOST_AUTO_TEST_CASE(an_output_of_the_flow_that_does_not_resolve_undoes_all) {
  run_all(done("a"), "'on_error': 'rollback', 'output': '${a.nothing}',");
  BOOST_TEST(log == (names{"a"}), boost::test_tools::per_element());
  BOOST_TEST(status_of(*result) == "failed");
  BOOST_TEST(code_of(*result) == "unresolved_reference");
  BOOST_TEST(result->output.json() == json());
}

BOOST_AUTO_TEST_CASE(success_undoes_nothing) {
  run_all(done("a"), "'on_error': 'rollback',");
  BOOST_TEST(log.empty());
}

BOOST_AUTO_TEST_CASE(branches_are_undone_in_the_order_in_which_they_ended) {
  run_all("{'id': 'g', 'parallel': [" + done("a", 30) + "," + done("b", 10) + "," + done("c", 20) +
          ", {'id': 'd', 'sequence': [{'type': 'sleep', 'params': {'for': '40ms'}}, {'type': "
          "'fail'}]}], 'on_error': 'rollback'}");
  BOOST_TEST(log == (names{"g/a", "g/c", "g/b"}), boost::test_tools::per_element());
  BOOST_TEST(undone(node(0)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_inner_rollback_leaves_the_outer_one_the_rest) {
  run_all(done("a") + ", {'id': 'g', 'sequence': [" + done("b") +
            ", {'type': 'fail'}], 'on_error': 'rollback'}",
          "'on_error': 'rollback',");
  BOOST_TEST(log == (names{"g/b", "a"}), boost::test_tools::per_element());
  BOOST_TEST(undone(node(1)).size() == 1u);
  BOOST_TEST(undone(*result->tree).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_failed_attempts_and_items_have_done_is_undone_too) {
  run_all("{'id': 'r', 'retry': {'attempts': 2, 'jitter': 'none'}, 'sequence': [" + done("a") +
            ", {'type': 'fail'}], "
            "'fallback': {'id': 'f', 'type': 'echo'}}, {'batch': [1, 2], " +
            done("m").substr(1) + ", {'id': 'z', 'type': 'fail'}",
          "'on_error': 'rollback',");
  BOOST_TEST(log == (names{"m[1]", "m[0]", "r/a", "r/a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_undo_that_fails_stops_no_other) {
  kinds.add_inline("undo", [this](const step_input& in) -> step_output {
    log.push_back(in.param("what").text());
    throw std::runtime_error{"stuck"};
  });
  run_all(done("a") + "," + done("b") +
            ", {'id': 'c', 'type': 'fail', 'params': {'message': 'why'}}",
          "'on_error': 'rollback',");
  BOOST_TEST(log == (names{"b", "a"}), boost::test_tools::per_element());
  BOOST_TEST(result->error->message == "why");
  BOOST_TEST(undone(*result->tree).at(0).at("error").at("message") == "stuck");
}

BOOST_AUTO_TEST_CASE(a_cancel_undoes_too_and_does_not_cancel_the_undoing) {
  kinds.add_async("undo", [this](const step_input& in, const promise& answer) {
    log.push_back(in.param("what").text());
    answer.succeed_after(1s, in.input);
  });
  start(done("a") + "," + done("b") + ", {'id': 'nap', 'type': 'sleep', 'params': {'for': '1h'}}",
        "'on_error': 'rollback',");
  let_run();
  caf::anon_send(run_under_test, cancel_run{});
  let_run();
  BOOST_TEST(!result); // b is being undone
  caf::anon_send(run_under_test, cancel_run{});
  let_run(1s);
  finish_all();
  BOOST_TEST(log == (names{"b", "a"}), boost::test_tools::per_element());
  BOOST_TEST(status_of(*result) == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_scope_that_fails_at_its_very_end_is_undone_too) {
  run_all("{'id': 'g', 'sequence': [" + done("a") +
          "], 'on_error': 'rollback', 'set': {'k': '${context.none}'}}");
  BOOST_TEST(log == (names{"g/a"}), boost::test_tools::per_element());
  BOOST_TEST(code_of(*result) == "unresolved_reference");
  BOOST_TEST(node(0).children.size() == 1u);
  run_all("{'id': 'p', 'parallel': [" + done("b").substr(0, done("b").size() - 1) +
          ", 'set': {'k': 1}}, "
          "{'id': 'c', 'type': 'echo', 'set': {'k': 2}}], 'on_error': 'rollback', 'context_merge': "
          "{'k': 'error'}}");
  BOOST_TEST(code_of(*result) == "merge_conflict");
  BOOST_TEST(log.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_batch_may_roll_back_by_itself) {
  run_all("{'id': 'm', 'batch': {'items': [1, 2, 3], 'on_error': 'rollback'}, 'sequence': [" +
          done("x") +
          ", {'type': 'fail', 'when': '$item == 3'}], 'fallback': {'id': 'no', 'type': 'fail'}}");
  BOOST_TEST(log == (names{"m[2]/x", "m[1]/x", "m[0]/x"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_undo_sees_the_scope_of_its_steps_start) {
  run_all("{'id': 'm', 'batch': ['p', 'q'], 'type': 'do', 'undo': {'type': 'undo', 'params': "
          "{'what': '${item} ${previous} ${context.k}'}}},"
          "{'id': 'later', 'type': 'echo', 'set': {'k': 'changed'}}, {'id': 'z', 'type': 'fail'}",
          "'on_error': 'rollback', 'context': {'k': {'value': 'was'}},");
  BOOST_TEST(log == (names{"q m[1] was", "p m[0] was"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
