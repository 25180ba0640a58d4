// SPDX-License-Identifier: Apache-2.0
#include "troupe/caf.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <atomic>
#include <filesystem>
#include <semaphore>
#include <thread>

using namespace troupe;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

struct host_config : caf::actor_system_config {
  host_config() {
    set("logger.console-verbosity", caf::atom("quiet"));
    troupe::add_message_types(*this);
  }
};

struct host_with_network : host_config {
  host_with_network() { load<caf::io::middleman>(); }
};

/// A service with a CAF system of its own.
template <class Config = host_config>
struct service {
  Config config;
  caf::actor_system system{config};
};

flow parsed(engine& by, const std::string& nodes) {
  auto read = by.parse(R"({"troupe": 1, "pipeline": [)" + nodes + "]}");
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().front())));
  return *read;
}

caf::behavior adder(caf::event_based_actor*, int plus) {
  return {[=](const step_request& x) -> caf::result<step_reply> {
    if (!x.params.json().contains("n"))
      return caf::make_error(caf::sec::invalid_argument, "there is no n");
    return step_reply{.output = value{x.params.json()["n"].get<int>() + plus},
                      .metrics = value{json{{"cost_usd", 0.5}}}};
  }};
}

using typed_adder = caf::typed_actor<caf::replies_to<step_request>::with<step_reply>>;

typed_adder::behavior_type adder_with_types(typed_adder::pointer) {
  return {[](const step_request& x) {
    return step_reply{.output = value{x.params.json()["n"].get<int>() + 1}};
  }};
}

/// Never answers; tells who asked for it that it was cancelled.
caf::behavior sulking(caf::event_based_actor* self, std::promise<std::string>* told) {
  return {[=](const step_request&) -> caf::result<step_reply> {
            return self->make_response_promise<step_reply>();
          },
          [=](const step_cancel& x) { told->set_value(x.idempotency_key); }};
}

/// Takes a request, and goes down with it in its hands.
caf::behavior deserter(caf::event_based_actor* self) {
  return {[=](const step_request&) -> caf::result<step_reply> {
    auto answer = self->make_response_promise<step_reply>();
    self->quit();
    return answer;
  }};
}

/// A step that runs until it is stopped.
struct lingering {
  std::counting_semaphore<> begun{0}, stopped{0};

  step_output operator()(const step_input& in) {
    begun.release();
    std::promise<void> asked;
    std::stop_callback hook{in.stop, [&] { asked.set_value(); }};
    asked.get_future().wait();
    stopped.release();
    return {};
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(caf_suite)

BOOST_AUTO_TEST_CASE(an_engine_on_a_hosts_system_leaves_it_as_it_was) {
  service host;
  auto mine = host.system.spawn(adder, 1);
  auto before = host.system.registry().running();
  for (auto i = 0; i < 3; ++i) {
    engine one{host.system};
    BOOST_TEST(
      one
        .run(parsed(
          one, R"({"parallel": [{"type": "echo"}, {"type": "sleep", "params": {"for": "1ms"}}]})"))
        .success());
  }
  while (host.system.registry().running() > before)
    std::this_thread::yield(); // they have ended, and only have to be counted
  caf::scoped_actor self{host.system};
  step_request ask{.params = value{json{{"n", 2}}}};
  self->request(mine, caf::infinite, ask)
    .receive([](const step_reply& x) { BOOST_TEST(x.output.json() == 3); },
             [](const caf::error&) { BOOST_ERROR("the host's actor is gone"); });
  self->send_exit(mine, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_call_that_blocks_is_refused_in_the_hosts_actors) {
  service host;
  engine one{host.system};
  auto x = parsed(one, R"({"type": "echo"})");
  std::promise<errc> told;
  host.system.spawn([&](caf::event_based_actor*) { told.set_value(one.run(x).error->code); });
  BOOST_TEST((told.get_future().get() == errc::would_block));
  BOOST_TEST(one.run(x).success());
}

BOOST_AUTO_TEST_CASE(engines_share_a_system_and_run_side_by_side) {
  constexpr auto runs = 10'000, threads = 4;
  service host;
  engine first{host.system}, second{host.system};
  std::atomic<int> right = 0;
  auto x = parsed(first, R"({"id": "p", "merge": "outputs", "parallel": [
    {"type": "echo", "params": {"value": "${inputs.n}"}},
    {"type": "echo", "params": {"value": "${inputs.n}"}}]})");
  auto work = [&](engine& by, int from) { // without checks: Boost.Test takes them from one thread
    std::vector<std::future<run_result>> all;
    for (auto n = from; n < runs; n += threads)
      all.push_back(by.run_async(x, json{{"n", n}}));
    for (auto n = from; auto& one : all) {
      right += one.get().output.json() == json{n, n} ? 1 : 0;
      n += threads;
    }
  };
  std::vector<std::thread> all;
  for (auto i = 0; i < threads; ++i)
    for (auto by : {&first, &second})
      all.emplace_back(work, std::ref(*by), i);
  for (auto& one : all)
    one.join();
  BOOST_TEST(right == 2 * runs);
}

BOOST_AUTO_TEST_CASE(an_engine_made_and_gone_a_thousand_times_leaves_nothing) {
  auto counted = [](const char* folder) {
    return std::distance(std::filesystem::directory_iterator{folder}, {});
  };
  service host;
  auto actors = host.system.registry().running();
  auto files = counted("/proc/self/fd");
  auto threads = counted("/proc/self/task");
  for (auto i = 0; i < 1'000; ++i) {
    engine one{host.system};
    BOOST_REQUIRE(one.run(parsed(one, R"({"type": "echo"})")).success());
  }
  while (host.system.registry().running() > actors || counted("/proc/self/task") > threads)
    std::this_thread::yield(); // they have ended, and only have to be counted
  BOOST_TEST(counted("/proc/self/fd") == files);
}

BOOST_AUTO_TEST_CASE(a_step_asks_an_actor) {
  service host;
  engine one{host.system};
  auto add = host.system.spawn(adder, 10);
  one.steps().add(actor_step("add", add));
  one.steps().add(actor_step("next", host.system.spawn(adder_with_types)));
  auto result = one.run(parsed(one, R"({"id": "a", "type": "add", "params": {"n": 5}},
                                       {"type": "next", "params": {"n": "${a}"}})"));
  BOOST_TEST(result.output.json() == 16);
  BOOST_TEST(result.metrics.json()["cost_usd"] == 0.5);
  result = one.run(parsed(one, R"({"type": "add"})"));
  BOOST_TEST((result.error->code == errc::step_failed));
  BOOST_TEST(result.error->message.find("there is no n") != std::string::npos);
  caf::anon_send_exit(add, caf::exit_reason::kill);
  result = one.run(parsed(one, R"({"type": "add", "params": {"n": 5}})"));
  BOOST_TEST((result.error->code == errc::crashed));
}

BOOST_AUTO_TEST_CASE(an_actor_that_goes_down_with_a_request_fails_the_step) {
  service<host_with_network> here, there;
  engine one{here.system};
  one.steps().add(actor_step("near", here.system.spawn(deserter)));
  auto far = there.system.spawn(deserter);
  auto port = there.system.middleman().publish(far, 0, "127.0.0.1");
  BOOST_REQUIRE(port);
  auto remote = here.system.middleman().remote_actor("127.0.0.1", *port);
  BOOST_REQUIRE(remote);
  one.steps().add(actor_step("far", *remote));
  for (auto kind : {"near", "far", "far"}) { // the last one is known to be gone
    auto result = one.run(parsed(one, R"({"type": ")" + std::string{kind} + R"("})"));
    BOOST_TEST((result.error->code == errc::crashed), result.error->message);
  }
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_no_step_is_told_of) {
  service host;
  engine one{host.system};
  auto deaf = host.system.spawn([](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::drop);
    return {[](int) {}};
  });
  auto wrong =
    host.system.spawn([]() -> caf::behavior { return {[](const step_request&) { return 7; }}; });
  one.steps().add(actor_step("deaf", deaf));
  one.steps().add(actor_step("wrong", wrong));
  for (auto kind : {"deaf", "wrong"}) {
    auto result = one.run(parsed(one, R"({"type": ")" + std::string{kind} + R"("})"));
    BOOST_TEST((result.error->code == errc::invalid_output), result.error->message);
  }
  for (auto& actor : {deaf, wrong})
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_step_that_times_out_lets_its_actor_know) {
  service host;
  engine one{host.system};
  std::promise<std::string> told;
  auto actor = host.system.spawn(sulking, &told);
  one.steps().add(actor_step("sulk", actor, on_cancel::send_step_cancel));
  auto result =
    one.run(parsed(one, R"({"id": "s", "type": "sulk", "timeout": "10ms"})"), {}, {.run_id = "r"});
  BOOST_TEST((result.error->code == errc::timeout));
  BOOST_TEST(told.get_future().get() == "r/s");
  BOOST_TEST(result.abandoned.empty());
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_step_asks_an_actor_of_another_process) {
  service<host_with_network> here, there;
  auto add = there.system.spawn(adder, 100);
  auto port = there.system.middleman().publish(add, 0, "127.0.0.1");
  BOOST_REQUIRE(port);
  auto remote = here.system.middleman().remote_actor("127.0.0.1", *port);
  BOOST_REQUIRE(remote);
  engine one{here.system};
  one.steps().add(actor_step("add", *remote));
  auto result = one.run(parsed(one, R"({"type": "add", "params": {"n": 5, "text": "grüße\n"}})"));
  BOOST_TEST(result.output.json() == 105);
  BOOST_TEST(!one.run(parsed(one, R"({"type": "add"})")).success());
  caf::anon_send_exit(add, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_flow_is_an_actor_that_answers) {
  service host;
  engine one{host.system};
  auto runner =
    spawn_flow(one, parsed(one, R"({"type": "echo", "params": {"value": "${inputs.n}"}})"));
  caf::scoped_actor self{host.system};
  for (auto n = 0; n < 50; ++n)
    self->send(runner, run_request{value{json{{"n", n}}}, std::to_string(n)});
  std::set<std::string> answered;
  for (auto n = 0; n < 50; ++n)
    self->receive([&](const run_reply& x) {
      auto& result = x.result.json();
      BOOST_TEST(std::to_string(result["output"].get<int>()) == result["run_id"]);
      answered.insert(result["run_id"]);
    });
  BOOST_TEST(answered.size() == 50u);
  self->send(runner, run_request{});
  self->receive([&](const run_reply& x) { BOOST_TEST(x.result.json()["status"] == "failed"); });
}

BOOST_AUTO_TEST_CASE(a_request_without_a_sender_runs_the_flow_too) {
  service host;
  engine one{host.system};
  std::binary_semaphore ran{0};
  one.steps().add("note", [&](const step_input&) -> step_output {
    ran.release();
    return {};
  });
  auto runner = spawn_flow(one, parsed(one, R"({"type": "note"})"));
  caf::anon_send(runner, run_request{});
  ran.acquire();
  caf::scoped_actor self{host.system};
  self->request(runner, caf::infinite, run_request{})
    .receive([](const run_reply& x) { BOOST_TEST(x.result.json()["status"] == "succeeded"); },
             [](const caf::error& why) { BOOST_ERROR(caf::to_string(why)); });
}

BOOST_AUTO_TEST_CASE(a_run_of_who_has_gone_is_cancelled_though_another_has_ended) {
  service host;
  engine one{host.system};
  lingering step;
  one.steps().add("linger", std::ref(step));
  auto runner = spawn_flow(one, parsed(one, R"({"type": "linger", "when": "$inputs.long"})"));
  {
    caf::scoped_actor asker{host.system};
    asker->send(runner, run_request{value{json{{"long", true}}}});
    step.begun.acquire();
    asker->send(runner, run_request{value{json{{"long", false}}}});
    asker->receive([](const run_reply&) {});
  }
  step.stopped.acquire();
}

BOOST_AUTO_TEST_CASE(the_runs_of_who_has_gone_are_cancelled) {
  service host;
  engine one{host.system};
  lingering step;
  one.steps().add("linger", std::ref(step));
  auto runner = spawn_flow(one, parsed(one, R"({"type": "linger"})"));
  {
    caf::scoped_actor asker{host.system};
    asker->send(runner, run_request{});
    step.begun.acquire();
  }
  step.stopped.acquire();
}

BOOST_AUTO_TEST_CASE(an_engine_that_goes_answers_those_who_wait_for_its_flows) {
  service host;
  caf::scoped_actor self{host.system};
  caf::actor runner;
  lingering step;
  {
    engine one{host.system};
    one.steps().add("linger", std::ref(step));
    runner = spawn_flow(one, parsed(one, R"({"type": "linger"})"));
    for (auto i = 0; i < 2; ++i) {
      self->send(runner, run_request{});
      step.begun.acquire();
    }
  }
  for (auto i = 0; i < 2; ++i)
    self->receive(
      [&](const run_reply& x) { BOOST_TEST(x.result.json()["status"] == "cancelled"); });
  self->request(runner, caf::infinite, run_request{})
    .receive([](const run_reply&) { BOOST_ERROR("it is gone"); }, [](const caf::error&) {});
}

BOOST_AUTO_TEST_CASE(a_value_from_elsewhere_is_not_nested_beyond_bounds) {
  service host;
  auto arrives = [&](const std::string& text) {
    std::vector<char> bytes;
    caf::binary_serializer out{host.system, bytes};
    auto sent = text;
    BOOST_REQUIRE(!out(sent));
    caf::binary_deserializer in{host.system, bytes};
    value x;
    return !in(x);
  };
  BOOST_TEST(arrives(std::string(100, '[') + std::string(100, ']')));
  BOOST_TEST(!arrives(std::string(1000, '[') + std::string(1000, ']')));
  BOOST_TEST(!arrives("no JSON"));
}

BOOST_AUTO_TEST_CASE(a_system_that_was_not_prepared_is_refused) {
  caf::actor_system_config config;
  config.set("logger.console-verbosity", caf::atom("quiet"));
  caf::actor_system system{config};
  engine one{system};
  auto result = one.run(parsed(one, R"({"type": "echo"})"));
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(result.error->message ==
             "the configuration of the CAF system has not seen troupe::add_message_types");
}

BOOST_AUTO_TEST_CASE(an_actor_listens_to_the_events_of_a_run) {
  service host;
  engine one{host.system};
  caf::scoped_actor self{host.system};
  auto x = parsed(one, R"({"id": "a", "type": "echo"})");
  BOOST_TEST(one.run(x, {}, {.run_id = "r", .on_event = events_to(self)}).success());
  std::vector<std::string> types;
  while (types.empty() || types.back() != "run_finished")
    self->receive([&](const run_event& told) {
      BOOST_TEST(told.run_id == "r");
      types.push_back(told.event.json()["event"]);
    });
  BOOST_TEST(types.front() == "run_started");
  BOOST_TEST(std::count(types.begin(), types.end(), "step_finished") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
