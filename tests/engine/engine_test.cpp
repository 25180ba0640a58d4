// SPDX-License-Identifier: Apache-2.0
#include "troupe/engine.hpp"

#include "tests/support/golden.hpp"
#include "tests/support/running.hpp"

#include <future>
#include <mutex>
#include <set>
#include <thread>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_FIXTURE_TEST_SUITE(engine_suite, engine_fixture)

BOOST_AUTO_TEST_CASE(a_flow_runs_from_its_document_to_its_result) {
  engine.steps().add("word_count", [](const step_input& in) -> step_output {
    auto text = in.params.find("text")->text();
    return {{"words", 1 + std::count(text.begin(), text.end(), ' ')}};
  });
  auto result = run("{'id': 'a', 'type': 'word_count', 'params': {'text': '${inputs.text}'}}",
                    value{json{{"text", "one two three"}}});
  BOOST_TEST((result.status == status::succeeded));
  BOOST_TEST(result.output.json() == json({{"words", 3}}));
  BOOST_TEST(result.flow == "test");
  BOOST_TEST(result.run_id.size() == 36u);
  BOOST_TEST(result.tree->children.at(0)->path == "a");
}

BOOST_AUTO_TEST_CASE(a_step_answers_with_a_text_however_it_has_one) {
  engine.steps().add("variable", [](const step_input&) -> step_output {
    std::string text = "of a variable";
    return text;
  });
  engine.steps().add("made", [](const step_input& in) -> step_output {
    return "made of " + in.param("what").as_text();
  });
  engine.steps().add("literal", [](const step_input&) -> step_output { return "literal"; });
  engine.steps().add("object", [](const step_input&) -> step_output { return {{"a", "b"}}; });
  engine.steps().add("list", [](const step_input&) -> step_output { return {"a", "b"}; });
  BOOST_TEST(output_of("{'type': 'variable'}") == "of a variable");
  BOOST_TEST(output_of("{'type': 'made', 'params': {'what': 'parts'}}") == "made of parts");
  BOOST_TEST(output_of("{'type': 'literal'}") == "literal");
  BOOST_TEST(output_of("{'type': 'object'}") == (json{{"a", "b"}}));
  BOOST_TEST(output_of("{'type': 'list'}") == (json{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(the_older_pipeline_with_an_unnamed_group_runs) {
  auto read = engine.parse(quoted(
    "{'ir_version': '0.2.0', 'pipeline': [{'id': 'start', 'type': 'echo', 'params': {'value': "
    "{'n': 1}}},"
    " {'parallel': [{'id': 'a', 'type': 'jq', 'params': {'program': '{x: (.n + 1)}'}},"
    " {'id': 'b', 'type': 'shell', 'params': {'argv': ['echo', '${start.n}']}}, {'id': 'c', "
    "'type': 'echo'}]},"
    " {'id': 'last', 'type': 'template', 'params': {'text': '${a.x} ${b.stdout} ${c.n}'}}]}"));
  BOOST_REQUIRE(read);
  BOOST_TEST(engine.run(*read).output.json() == "2 1 1");
}

BOOST_AUTO_TEST_CASE(the_pipeline_of_the_format_reference_runs) {
  auto document = source_folder() / "tests/engine/log_triage.json";
  scratch_folder folder;
  folder.write("app.log", "INFO a\nERROR disk full\nERROR no route\nINFO b\n");
  auto read = engine.load(document);
  BOOST_REQUIRE_MESSAGE(read, (read ? "" : to_string(read.error().at(0))));
  auto result = engine.run(*read, value{json{{"log", "app.log"}}});
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  BOOST_TEST(folder.read("report.md") == "ERROR disk full, ERROR no route (rachel: 2)");
  BOOST_TEST(result.context.json().at("tags") == json({"errors", "top"}));
  BOOST_TEST(result.output.json().at("written") == true);
}

BOOST_AUTO_TEST_CASE(inputs_that_do_not_fit_are_a_failed_result) {
  auto x = nodes("{'type': 'echo', 'params': {'value': '${inputs.n}'}}",
                 "'inputs': {'n': {'type': 'integer'}},");
  auto result = engine.run(x, value{json{{"n", "five"}}});
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(!result.tree);
}

BOOST_AUTO_TEST_CASE(a_future_and_a_handle_bring_the_same_result) {
  auto x = nodes("{'type': 'echo', 'params': {'value': 5}}");
  BOOST_TEST(engine.run_async(x).get().output.json() == 5);
  auto run = engine.submit(x, {}, {.run_id = "mine"});
  BOOST_TEST(run.id() == "mine");
  run.wait();
  BOOST_TEST(run.wait_for(0s));
  BOOST_TEST(run.result().output.json() == 5);
  BOOST_TEST(run.result().run_id == "mine"); // as often as one likes
}

BOOST_AUTO_TEST_CASE(a_run_from_one_of_the_engines_own_threads_is_refused) {
  auto x = nodes("{'type': 'echo'}");
  auto nested = [&](const step_input&) -> step_output {
    return json(to_string(engine.run(x).error->code));
  };
  engine.steps().add_inline("in_an_actor", nested);
  engine.steps().add("on_the_pool", nested);
  BOOST_TEST(output_of("{'type': 'in_an_actor'}") == "would_block");
  BOOST_TEST(output_of("{'type': 'on_the_pool'}") == "would_block");
  troupe::engine other; // its threads are others
  engine.steps().add(
    "by_another", [&](const step_input&) -> step_output { return json(other.run(x).success()); });
  BOOST_TEST(output_of("{'type': 'by_another'}") == true);
}

BOOST_AUTO_TEST_CASE(a_callback_or_a_check_that_throws_refuses_the_run) {
  auto vault_is_down = [](const std::string&) -> std::optional<std::string> {
    throw std::runtime_error{"the vault is down"};
  };
  auto x = nodes("{'type': 'echo'}", "'secrets': ['KEY'],");
  auto result = engine.run(x, {}, {.secret = vault_is_down});
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(result.error->message == "secret.KEY: the vault is down");
  engine.steps().add({.name = "checked",
                      .run = plain_fn{[](const step_input&) { return step_output{}; }},
                      .check = [](const json&) -> std::string { throw 42; }});
  auto why = error_of("{'id': 'a', 'type': 'checked'}");
  BOOST_TEST((why.code == errc::invalid_input));
  BOOST_TEST(why.message == "a: threw something that is no std::exception");
}

BOOST_AUTO_TEST_CASE(an_id_is_one_runs_alone_while_it_runs) {
  std::promise<void> go;
  auto waits = go.get_future().share();
  engine.steps().add("wait_for_go", [waits](const step_input&) -> step_output {
    waits.wait();
    return {};
  });
  auto x = nodes("{'type': 'wait_for_go'}");
  auto first = engine.submit(x, {}, {.run_id = "same"});
  auto second = engine.run(x, {}, {.run_id = "same"});
  BOOST_REQUIRE(second.error);
  BOOST_TEST((second.error->code == errc::invalid_input));
  BOOST_TEST(second.error->message == "a run with the id \"same\" is under way");
  go.set_value();
  BOOST_TEST(first.result().success());
  BOOST_TEST(engine.run(x, {}, {.run_id = "same"}).success());
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_in_any_way_ends_in_one_clear_result) {
  engine.steps().add(
    "thrower", [](const step_input&) -> step_output { throw std::runtime_error{"disk full"}; });
  engine.steps().add_async("twice", [](const step_input&, const promise& answer) {
    answer.succeed("first");
    answer.succeed("second");
  });
  engine.steps().add_async("elsewhere", [](const step_input&, promise answer) {
    std::thread{[answer = std::move(answer)] { answer.succeed("from another thread"); }}.detach();
  });
  BOOST_TEST(error_of("{'id': 'a', 'type': 'thrower'}").message == "disk full");
  BOOST_TEST(output_of("{'id': 'a', 'type': 'twice'}") == "first");
  BOOST_TEST(output_of("{'id': 'a', 'type': 'elsewhere'}") == "from another thread");
  BOOST_TEST(output_of("{'type': 'echo', 'params': {'value': 1}}") ==
             1); // and the engine is as new
}

BOOST_AUTO_TEST_CASE(cancel_is_answered_while_user_code_still_runs) {
  std::promise<void> running, release;
  engine.steps().add("stubborn", [&](const step_input&) -> step_output {
    running.set_value();
    release.get_future().wait();
    return "late";
  });
  auto run = engine.submit(nodes("{'id': 'a', 'type': 'stubborn'}"));
  running.get_future().wait();
  run.cancel();
  auto result = run.result();
  BOOST_TEST((result.status == status::cancelled));
  BOOST_TEST(result.tree->children[0]->abandoned);
  BOOST_TEST(result.abandoned == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  BOOST_TEST(engine.close(0s) == 1u); // the call is still out
  release.set_value();
  BOOST_TEST(engine.close(10s) == 0u);
}

BOOST_AUTO_TEST_CASE(a_function_of_the_host_settles_contested_keys) {
  engine.steps().add_context_merge("longest", [](const value& x) {
    auto& all = x.json()["values"];
    return value{*std::max_element(all.begin(), all.end(),
                                   [](auto& a, auto& b) { return a.size() < b.size(); })};
  });
  auto both = [](const std::string& more) {
    return "{'id': 'g', 'parallel': [{'type': 'echo', 'set': {'k': [1, 2]}}, "
           "{'type': 'echo', 'set': {'k': [3]}}]" +
           more + "}, {'type': 'echo', 'params': {'value': '${context.k}'}}";
  };
  BOOST_TEST(output_of(both(", 'context_merge': {'k': 'longest'}")) == (json{1, 2}));
  auto of_flow = nodes(both(""), "'context': {'k': {'merge': 'longest'}},");
  auto result = engine.run(of_flow);
  BOOST_TEST(result.output.json() == (json{1, 2}));
  BOOST_TEST(result.tree->children[0]->metadata.at("context_conflicts").json() ==
             (json{{{"key", "k"}, {"policy", "longest"}}}));
  auto graph = must_parse("{'troupe': 1, 'context': {'k': {'merge': 'longest'}}, 'pipeline': "
                          "{'nodes': [{'id': 'a', 'type': 'echo', 'set': {'k': [1, 2]}}, "
                          "{'id': 'b', 'type': 'echo', 'set': {'k': [3]}}], 'edges': []}}",
                          engine.steps());
  BOOST_TEST(engine.run(graph).context.json()["k"] == (json{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_merge_that_still_runs_is_abandoned_and_told) {
  std::promise<void> running, release;
  engine.steps().add_context_merge("stubborn", [&](const value&) -> value {
    running.set_value();
    release.get_future().wait();
    return {};
  });
  auto run = engine.submit(nodes("{'id': 'g', 'context_merge': {'k': 'stubborn'}, 'parallel': "
                                 "[{'type': 'echo', 'set': {'k': 1}}, "
                                 "{'type': 'echo', 'set': {'k': 2}}]}"));
  running.get_future().wait();
  run.cancel();
  BOOST_TEST((run.result().status == status::cancelled));
  BOOST_TEST(run.result().abandoned == std::vector<std::string>{"g"},
             boost::test_tools::per_element());
  BOOST_TEST(engine.close(0s) == 1u); // the call is still out
  release.set_value();
  BOOST_TEST(engine.close(10s) == 0u);
}

BOOST_AUTO_TEST_CASE(a_step_can_see_that_it_should_stop) {
  std::promise<void> running;
  engine.steps().add("polite", [&](const step_input& in) -> step_output {
    running.set_value();
    while (!in.stop.stop_requested())
      std::this_thread::yield();
    return "stopped";
  });
  auto run = engine.submit(nodes("{'id': 'a', 'type': 'polite'}"));
  running.get_future().wait();
  run.cancel();
  BOOST_TEST((run.result().status == status::cancelled));
  BOOST_TEST(engine.close(10s) == 0u);
}

BOOST_AUTO_TEST_CASE(when_every_thread_is_lost_plain_steps_fail_and_the_engine_goes_on) {
  std::promise<void> running, release; // they outlive the engine, which waits for the call
  engine_fixture small{{.blocking_threads = 1}};
  small.engine.steps().add("stubborn", [&](const step_input&) -> step_output {
    running.set_value();
    release.get_future().wait();
    return {};
  });
  small.engine.steps().add("plain", [](const step_input&) -> step_output { return json(1); });
  auto run = small.engine.submit(small.nodes("{'type': 'stubborn'}"));
  running.get_future().wait();
  auto queued = small.engine.submit(small.nodes("{'type': 'plain'}"));
  run.cancel();
  BOOST_TEST((queued.result().error->code == errc::pool_exhausted));
  BOOST_TEST((small.error_of("{'type': 'plain'}").code == errc::pool_exhausted));
  BOOST_TEST(small.output_of("{'type': 'echo', 'params': {'value': 1}}") == 1);
  release.set_value();
}

BOOST_AUTO_TEST_CASE(an_endless_program_holds_neither_the_run_nor_the_engine) {
  auto why = error_of("{'type': 'jq', 'params': {'program': 'def f: f; f'}, 'timeout': '10ms'}");
  BOOST_TEST((why.code == errc::timeout));
  why = error_of("{'id': 'g', 'timeout': '10ms', 'sequence': [{'type': 'echo', 'when': 'def f: f; "
                 "f'}]}");
  BOOST_TEST((why.code == errc::timeout));
  auto endless = nodes("{'id': 'g', 'parallel': [{'type': 'echo', 'set': {'k': 1}}, "
                       "{'type': 'echo', 'set': {'k': 2}}], "
                       "'context_merge': {'k': {'jq': 'def f: f; f'}}}");
  auto handle = engine.submit(endless);
  handle.cancel();
  BOOST_TEST((handle.result().status == status::cancelled));
} // the engine's destructor waits for every thread

BOOST_AUTO_TEST_CASE(what_doubles_again_and_again_is_refused_before_it_fills_the_memory) {
  auto chain = [](const std::string& step) {
    std::string all = "{'type': 'echo', 'params': {'value': 'x'}}";
    for (int i = 0; i < 60; ++i)
      all += ", " + step;
    return all;
  };
  BOOST_TEST((error_of(chain("{'type': 'echo', 'params': {'value': ['${previous}', "
                             "'${previous}']}}"))
                .code == errc::payload_too_large));
  BOOST_TEST(
    (error_of(chain("{'type': 'echo', 'params': {'value': '${previous}${previous}'}}")).code ==
     errc::payload_too_large));
  BOOST_TEST((error_of(chain("{'parallel': [{'type': 'echo'}, {'type': 'echo'}]}")).code ==
              errc::payload_too_large));
}

BOOST_AUTO_TEST_CASE(a_closing_engine_takes_no_more_runs) {
  auto x = nodes("{'type': 'sleep', 'params': {'for': '1h'}}");
  auto run = engine.submit(x);
  BOOST_TEST(engine.close(10s) == 0u);
  BOOST_TEST((run.result().status == status::cancelled));
  BOOST_TEST((engine.run(x).error->code == errc::closed));
}

BOOST_AUTO_TEST_CASE(the_longest_wait_of_all_waits_until_the_end) {
  std::promise<void> go;
  engine.steps().add("wait_for_go", [&](const step_input&) -> step_output {
    go.get_future().wait();
    return {};
  });
  auto handle = engine.submit(nodes("{'type': 'wait_for_go'}"));
  BOOST_TEST(!handle.wait_for(1ms));
  std::thread later{[&] { go.set_value(); }};
  BOOST_TEST(handle.wait_for(duration::max()));
  later.join();
  engine.submit(nodes("{'type': 'sleep', 'params': {'for': '1h'}}"));
  BOOST_TEST(engine.close(duration::max()) == 0u);
}

BOOST_AUTO_TEST_CASE(the_destructor_cancels_what_runs) {
  std::optional<run_handle> run;
  {
    engine_fixture short_lived;
    run =
      short_lived.engine.submit(short_lived.nodes("{'type': 'sleep', 'params': {'for': '1h'}}"));
  }
  BOOST_TEST((run->result().status == status::cancelled));
}

BOOST_AUTO_TEST_CASE(two_engines_do_not_meet) {
  engine_fixture other;
  other.engine.steps().add("only_here", [](const step_input&) -> step_output { return json(1); });
  BOOST_TEST(other.output_of("{'type': 'only_here'}") == 1);
  BOOST_TEST(!engine.parse(quoted("{'troupe': 1, 'pipeline': [{'type': 'only_here'}]}")));
}

BOOST_AUTO_TEST_CASE(an_engine_tells_what_it_is_busy_with) {
  engine_fixture small{{.blocking_threads = 1}};
  std::promise<void> go;
  auto may_go = go.get_future().share();
  small.engine.steps().add("hold", [may_go](const step_input&) -> step_output {
    may_go.wait();
    return {};
  });
  auto idle = small.engine.current_load();
  BOOST_TEST(idle.runs == 0u);
  BOOST_TEST(idle.blocking_running + idle.blocking_waiting + idle.permits_waiting == 0u);
  auto run = small.engine.submit(
    small.nodes("{'parallel': [{'type': 'hold', 'limit': 'two'}, {'type': 'hold', 'limit': 'two'},"
                " {'type': 'hold', 'limit': 'two'}]}",
                "'limits': {'two': {'concurrency': 2}},"));
  auto is_full = [](const engine_load& x) {
    return x.runs == 1 && x.blocking_running == 1 && x.blocking_waiting == 1 &&
           x.permits_waiting == 1;
  };
  while (!is_full(small.engine.current_load()))
    std::this_thread::yield();
  BOOST_TEST(small.engine.current_load().actors > idle.actors);
  go.set_value();
  BOOST_TEST(run.result().success());
  BOOST_TEST(small.engine.current_load().runs == 0u);
  BOOST_TEST(small.engine.current_load().permits_waiting == 0u);
}

BOOST_AUTO_TEST_CASE(listed_variables_are_read_from_where_the_caller_says) {
  auto x = nodes("{'type': 'echo', 'params': {'value': '${env.TOKEN ?? \\'none\\'}'}}",
                 "'env': ['TOKEN'],");
  BOOST_TEST(engine.run(x, {}, {.environment = std::map<std::string, std::string>{{"TOKEN", "t"}}})
               .output.json() == "t");
  BOOST_TEST(
    engine.run(x, {}, {.environment = std::map<std::string, std::string>{}}).output.json() ==
    "none");
}

BOOST_AUTO_TEST_CASE(a_value_broadcast_to_many_branches_is_one_value) {
  constexpr auto branches = 100;
  std::mutex mutex;
  std::set<const json*> seen;
  engine.steps().add_inline("look", [&](const step_input& in) -> step_output {
    std::lock_guard guard{mutex};
    seen.insert(&in.input.json());
    return in.input;
  });
  std::string all;
  for (auto i = 0; i < branches; ++i)
    all += std::string{i == 0 ? "" : ","} + "{'type': 'look'}";
  auto result = run("{'type': 'echo', 'params': {'value': '${inputs.large}'}}, {'parallel': [" +
                      all + "], 'merge': 'outputs'}",
                    value{json{{"large", std::string(1 << 20, 'x')}}});
  BOOST_TEST(result.output.size() == static_cast<size_t>(branches));
  BOOST_TEST(seen.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_long_run_of_short_steps_does_not_hold_up_others) {
  troupe::engine engine{{.threads = 1}};
  auto many =
    must_parse("{'troupe': 1, 'inputs': {'items': {'type': 'array'}}, 'pipeline': [{'type': "
               "'echo', 'batch': {'items': '${inputs.items}'}}]}",
               engine.steps());
  auto few = must_parse("{'troupe': 1, 'pipeline': [{'type': 'echo'}]}", engine.steps());
  auto items = nlohmann::json{{"items", std::vector<int>(500'000, 7)}};
  auto long_one = engine.submit(many, value{items});
  BOOST_TEST(engine.run(few).success());
  BOOST_TEST(!long_one.wait_for(0s));
  long_one.cancel();
  BOOST_TEST((long_one.result().status == status::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
