// SPDX-License-Identifier: Apache-2.0
// Flows whose workers are killed, frozen and cut off at random moments, with real processes in real
// networks. TROUPE_SEED and TROUPE_FAULT_CYCLES say where to begin and how often;
// TROUPE_FAULT_SECONDS how long a worker is away at most.
#include "tests/cluster_fault/fault_fixture.hpp"
#include "tests/cluster_fault/faults.hpp"
#include "tests/cluster_fault/problems.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

namespace troupe::test {

namespace {

uint64_t number_from(const char* variable, uint64_t otherwise) {
  auto text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

/// Items in sequences with groups, retries, a limit and context; steps that must not run twice;
/// steps that wait for signals; and steps that are undone, from outside and inside of their branch.
/// All of them elsewhere, all at once.
const char* const document = R"({'troupe': 1, 'name': 'books', 'inputs': {'items': {}},
  'context': {'seen': {'value': [], 'merge': 'append'}}, 'limits': {'few': {'concurrency': 5}},
  'pipeline': [{'id': 'all', 'merge': 'by_name', 'context_merge': {'seen': 'append'}, 'parallel': {
    'books': {'batch': {'items': '${inputs.items}', 'parallel': true, 'max_concurrent': 10},
      'place': {'spread': true}, 'sequence': [
        {'id': 'opened', 'type': 'ledger', 'params': {'for': '${item.a}', 'value': '${index}'}},
        {'id': 'both', 'merge': 'outputs', 'parallel': [
          {'id': 'left', 'type': 'ledger', 'limit': 'few', 'params': {'for': '${item.b}', 'value': '${opened}'}},
          {'id': 'right', 'sequence': [
            {'id': 'tried', 'type': 'ledger', 'retry': {'attempts': 3, 'initial': '10ms', 'jitter': 'none'},
             'params': {'for': '${item.c}', 'value': 'r', 'fails': 1}},
            {'id': 'noted', 'type': 'ledger', 'params': {'for': '${item.a}', 'value': '${tried}'},
             'set': {'last': '${result}'}}]}]},
        {'id': 'pages', 'max_iterations': 3, 'on_limit': 'stop', 'loop':
          {'id': 'page', 'type': 'ledger', 'params': {'for': '${item.b}', 'value': '${index}'}}},
        {'id': 'closed', 'type': 'ledger', 'params': {'for': '${item.c}', 'value': '${both}'},
         'set': {'seen': ['${opened}']}}]},
    'once': {'batch': {'items': '${inputs.items}', 'parallel': true, 'max_concurrent': 4},
      'place': {'spread': true},
      'sequence': [
        {'id': 'before', 'type': 'ledger', 'params': {'for': '${item.b}', 'value': 1}},
        {'id': 'paid', 'type': 'ledger_once', 'params': {'for': '${item.a}', 'value': 'paid'}}],
      'fallback': {'id': 'asked', 'type': 'ledger', 'params': {'for': '1ms', 'value': 'paid'}}},
    'heard': {'batch': {'items': ['5ms', '150ms', '300ms', '600ms'], 'parallel': true},
      'place': {'spread': true}, 'sequence': [
        {'id': 'rung', 'type': 'ledger', 'params': {'for': '${item}', 'value': 1}},
        {'id': 'answer', 'wait': {'signal': 'answer'}},
        {'id': 'said', 'type': 'ledger', 'params': {'for': '${item}', 'value': '${answer}'}}]},
    'tours': {'batch': {'items': ['5ms', '50ms', '150ms', '300ms'], 'parallel': true},
      'place': {'spread': true}, 'sequence': [
        {'id': 'tour', 'on_error': 'rollback', 'fallback': {'id': 'home', 'type': 'echo', 'params': {'value': 'home'}},
          'sequence': [
          {'id': 'visa', 'type': 'ledger', 'params': {'for': '${item}', 'value': 'v'},
           'undo': {'id': 'no_visa', 'type': 'ledger', 'params': {'for': '${item}', 'value': '${result}'}}},
          {'id': 'guide', 'type': 'ledger', 'params': {'for': '${item}', 'value': 'g'},
           'undo': {'id': 'no_guide', 'type': 'ledger', 'params': {'for': '${item}', 'value': '${result}'}}},
          {'id': 'ended', 'type': 'fail', 'params': {'message': 'no road'}}]},
        {'id': 'rest', 'type': 'ledger', 'params': {'for': '${item}', 'value': '${tour}'}}]},
    'saga': {'on_error': 'rollback', 'fallback': {'id': 'sorry', 'type': 'echo', 'params': {'value': 'undone'}},
      'parallel': [{'id': 'trip', 'sequence': [
        {'id': 'booked', 'place': {'spread': true}, 'parallel': [
          {'id': 'journey', 'sequence': [
            {'id': 'flight', 'type': 'ledger', 'params': {'for': '200ms', 'value': 'f'},
             'undo': {'id': 'no_flight', 'type': 'ledger', 'params': {'for': '50ms', 'value': '${result}'}}},
            {'id': 'train', 'type': 'ledger', 'params': {'for': '200ms', 'value': 't'},
             'undo': {'id': 'no_train', 'type': 'ledger', 'params': {'for': '50ms', 'value': '${result}'}}}]},
          {'id': 'hotel', 'type': 'ledger', 'params': {'for': '300ms', 'value': 'h'},
           'undo': {'id': 'no_hotel', 'type': 'ledger', 'params': {'for': '50ms', 'value': '${result}'}}}]},
        {'id': 'refused', 'type': 'fail', 'params': {'message': 'no seats'}}]}]}}}]})";

value random_items(std::mt19937_64& random) {
  auto longest = random() % 2 == 0 ? 100 : 400; // shorter than a lease in all, or longer
  auto wait = [&] { return std::to_string(5 + random() % longest) + "ms"; };
  auto items = nlohmann::json::array();
  for (auto count = 8 + random() % 9; count > 0; --count)
    items.push_back({{"a", wait()}, {"b", wait()}, {"c", wait()}});
  return value{nlohmann::json{{"items", std::move(items)}}};
}

constexpr size_t waiting_steps = 4;

/// For so many of the steps that wait, be they there or not.
void answer(run_handle& run, size_t count) {
  for (size_t i = 0; i < count; ++i)
    BOOST_TEST(run.signal("answer", value{"yes"}).has_value());
}

/// How it goes where nothing is lost.
struct expectation {
  nlohmann::json essence;
  book done;
  duration time;
};

expectation run_in_one_process(const value& items, const std::string& run_id,
                               const std::string& file) {
  std::filesystem::remove(file);
  engine alone;
  add_ledger_steps(alone.steps(), file);
  auto run = alone.submit(must_parse(document, alone.steps()), items, {.run_id = run_id});
  answer(run, waiting_steps);
  auto result = run.result();
  return {essence_of(result), book{read_ledger(file), run_id}, result.duration};
}

class cycles : public fault_fixture {
public:
  void run_one(uint64_t seed) {
    std::mt19937_64 random{seed};
    auto items = random_items(random);
    auto run_id = "run" + std::to_string(seed);
    auto expected = run_in_one_process(items, run_id, folder() + "/alone");
    auto faults = possible_faults(has_cables());
    auto what = faults[random() % faults.size()];
    auto& where = machine(random() % workers);
    auto after = expected.time * static_cast<int64_t>(random() % 100) / 100;
    duration away = std::chrono::milliseconds{random_length(random)};
    auto story = "TROUPE_SEED=" + std::to_string(seed) + ": " + std::string{to_string(what)} +
                 " of " + where.name() + " after " + troupe::to_string(after) + " for " +
                 troupe::to_string(away);
    BOOST_TEST_CONTEXT(story) {
      require_all_connected();
      records seen;
      auto run = coordinator().submit(must_parse(document, coordinator().steps()), items,
                                      {.run_id = run_id, .on_event = seen.listener()});
      answer(run, waiting_steps / 2);
      run.wait_for(after);
      auto since = ledger_time();
      begin(what, where);
      pass_time(away);
      answer(run, waiting_steps / 2);
      end(what, where);
      auto has_ended = run.wait_for(std::chrono::minutes{1});
      BOOST_TEST_REQUIRE(has_ended, "the run hangs");
      seen.wait_for_end();
      check_all_idle();
      book done{read_ledger(ledger()), run_id};
      auto difference = nlohmann::json::diff(expected.essence, essence_of(run.result())).dump(1);
      BOOST_TEST(difference == "[]");
      BOOST_TEST(problems_of(done, seen, expected.done) == "");
      std::cout << story << ": " << seen.count_of_moves() << " moves, " << done.repeats()
                << " repeats, " << done.repeats_begun_since(since)
                << " of what began after the fault did" << std::endl;
      moves_ += seen.count_of_moves();
      repeats_ += done.repeats();
    }
  }

  size_t moves() const { return moves_; }
  size_t repeats() const { return repeats_; }

private:
  static uint64_t random_length(std::mt19937_64& random) {
    auto most = number_from("TROUPE_FAULT_SECONDS", 4) * 1000;
    return 1000 + random() % (most - 1000);
  }

  size_t moves_ = 0, repeats_ = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(faults, cycles)

BOOST_AUTO_TEST_CASE(a_flow_ends_as_in_one_process_whatever_happens_to_its_workers) {
  auto seed = number_from("TROUPE_SEED", 1);
  auto count = number_from("TROUPE_FAULT_CYCLES", 10);
  for (uint64_t i = 0; i < count; ++i)
    run_one(seed + i);
  std::cout << count << " faults: " << moves() << " moves, " << repeats() << " repeats\n";
  BOOST_TEST((moves() > 0 || count < 10), "no fault has hit a branch");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace troupe::test
