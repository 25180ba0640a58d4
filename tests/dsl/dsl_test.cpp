// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"
#include "troupe/troupe.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <limits>
#include <thread>

using namespace troupe;
using namespace troupe::dsl;
using namespace troupe::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

step_output twice(const step_input& in) { return value{in.input.json().get<int>() * 2}; }

value longest(const value& results) {
  value best;
  for (auto& x : results.json())
    if (auto output = value{x.at("output")}; output.weight() > best.weight())
      best = output;
  return best;
}

json document_of(const definition& x) {
  auto text = to_document(x);
  BOOST_REQUIRE_MESSAGE(text, (text ? "" : text.error().message));
  auto out = json::parse(*text);
  out.erase("troupe");
  return out;
}

/// Of the only node of a pipeline.
json written_as(const node& x) { return document_of(x)["pipeline"][0]; }

std::string problems_of(const definition& x) {
  auto built = build(x, built_in_kinds());
  std::string text;
  for (auto& one : built ? built->warnings() : built.error())
    text += to_string(one);
  return text;
}

json output_of(const definition& x, json inputs = {}) {
  engine here;
  auto result = here.run(x, std::move(inputs));
  BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : ""));
  return result.output.json();
}

} // namespace

BOOST_AUTO_TEST_SUITE(dsl_suite)

BOOST_AUTO_TEST_CASE(steps_one_after_another_are_a_list) {
  auto a = step("a", "echo"), b = step("b", "echo"), c = step("c", "echo");
  auto list = json{{{"id", "a"}, {"type", "echo"}},
                   {{"id", "b"}, {"type", "echo"}},
                   {{"id", "c"}, {"type", "echo"}}};
  BOOST_TEST(document_of(a >> b >> c)["pipeline"] == list);
  BOOST_TEST(document_of(a >> (b >> c))["pipeline"] == list);
  BOOST_TEST(written_as(loop("l", a >> b >> c))["loop"] == list);
  BOOST_TEST(written_as(choice("p", when(".", a >> b >> c)))["choice"][0]["then"] == list);
}

BOOST_AUTO_TEST_CASE(a_list_grows_in_a_loop) {
  auto all = step("s0", "echo");
  std::vector<node> same{all};
  for (auto i = 1; i < 2'000; ++i) { // with copies it would take seconds
    same.push_back(step("s" + std::to_string(i), "echo"));
    all >>= same.back();
  }
  BOOST_TEST(document_of(all)["pipeline"] == written_as(sequence("", same))["sequence"]);
}

BOOST_AUTO_TEST_CASE(a_list_of_which_something_is_said_is_a_sequence) {
  auto both = step("", "echo") >> step("", "log");
  auto list = json{{{"type", "echo"}}, {{"type", "log"}}};
  json sequence{{"sequence", list}};
  BOOST_TEST(written_as(both.retry(3)) == (json{{"sequence", list}, {"retry", 3}}));
  BOOST_TEST(written_as(parallel("p", both))["parallel"][0] == sequence);
  BOOST_TEST(written_as(step("", "fail").fallback(both))["fallback"] == sequence);
  BOOST_TEST(written_as(step("", "echo").undo(both))["undo"] == sequence);
  BOOST_TEST(written_as(parallel("p", both).merge(merged_by(both)))["merge"]["node"] == sequence);
  BOOST_TEST(written_as(map("", "${x}", both)) ==
             (json{{"sequence", list}, {"batch", {{"items", "${x}"}}}}));
}

BOOST_AUTO_TEST_CASE(a_node_is_a_value) {
  auto once = step("a", "echo");
  auto thrice = once.retry(3);
  BOOST_TEST(!written_as(once).contains("retry"));
  BOOST_TEST(written_as(thrice)["retry"] == 3);
}

BOOST_AUTO_TEST_CASE(what_is_said_several_times_adds_up) {
  auto x = step("a", "echo");
  BOOST_TEST(written_as(x.set("k", 1).set("l", 2))["set"] == (json{{"k", 1}, {"l", 2}}));
  BOOST_TEST(written_as(x.limit("one").limit("two"))["limit"] == (json{"one", "two"}));
  auto backups = json{{{"type", "log"}}, {{"type", "fail"}}, {{"type", "echo"}}};
  auto one = step("", "log"), two = step("", "fail"), three = step("", "echo");
  BOOST_TEST(written_as(x.fallback(one))["fallback"] == backups[0]);
  BOOST_TEST(written_as(x.fallback(one).fallback(two).fallback(three))["fallback"] == backups);
  BOOST_TEST(written_as(x.fallback({one, two, three}))["fallback"] == backups);
  json jumps{{"default", "b"}, {"error", "c"}};
  BOOST_TEST(written_as(x.next("b").next("error", "c"))["next"] == jumps);
  BOOST_TEST(written_as(x.next("error", "c").next("b"))["next"] == jumps);
}

BOOST_AUTO_TEST_CASE(what_is_said_of_a_node_counts_for_each_item_of_a_map) {
  auto each = step("", "echo");
  BOOST_TEST(written_as(map("m", "${x}", each.retry(2))) ==
             (json{{"id", "m"}, {"type", "echo"}, {"retry", 2}, {"batch", {{"items", "${x}"}}}}));
  for (auto& inside : {each.when("."), each.input(1), each.budget({.steps = 1}), each.batch({1, 2}),
                       each.id("own"), each.next("end")})
    BOOST_TEST(
      written_as(map("m", "${x}", inside)) ==
      (json{{"id", "m"}, {"sequence", {written_as(inside)}}, {"batch", {{"items", "${x}"}}}}));
  auto rows = map("rows", json{{1, 2}, {3}}, map("cells", "${row}", each).as("cell")).as("row");
  BOOST_TEST(output_of(rows >> step("", "jq", {{"program", "[.results[].results[].value]"}})) ==
             (json{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(durations_are_written_exactly) {
  auto text = [](duration x) { return written_as(wait("", x))["wait"].get<std::string>(); };
  BOOST_TEST(text(0s) == "0s");
  BOOST_TEST(text(90s) == "90s");
  BOOST_TEST(text(120s) == "2m");
  BOOST_TEST(text(48h) == "2d");
  BOOST_TEST(text(1500ms) == "1500ms");
  BOOST_TEST(text(1us) == "1us");
  for (auto x : {duration{1}, duration{1'234'567'891}, duration{59'999'999'999}})
    BOOST_TEST((parse_duration(text(x)) == x), text(x));
  BOOST_TEST(problems_of(wait("", -1s)).find("bad_duration") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(functions_run_without_a_kind) {
  auto plain = step("plain", twice);
  auto quick = step("quick", inline_fn{twice});
  auto later = step("later", [](const step_input& in, promise answer) {
    std::jthread{[=] { answer.succeed(twice(in)); }}.detach();
  });
  BOOST_TEST(output_of(step("", "echo", {{"value", 5}}) >> plain >> quick >> later) == 40);
}

BOOST_AUTO_TEST_CASE(a_function_gets_its_params) {
  auto greet = step(
    "greet",
    [](const step_input& in) { return step_output{value{"Hello " + in.param("name").text()}}; },
    {{"name", "${inputs.name}"}});
  BOOST_TEST(output_of(greet, {{"name", "Ada"}}) == "Hello Ada");
}

BOOST_AUTO_TEST_CASE(groups_merge_and_split_with_functions) {
  auto branch = [](const std::string& id) { return step(id, "jq", {{"program", "add"}}); };
  auto halves = [](const value& all) {
    auto& list = all.json();
    return value{json{{list[0]}, {list[1], list[2]}}};
  };
  BOOST_TEST(output_of(step("", "echo", {{"value", {1, 2, 3}}}) >>
                       parallel("sums", branch("a"), branch("b")).split(halves).merge(outputs())) ==
             (json{1, 5}));
  auto say = [](const std::string& id, const char* text) {
    return step(id, "echo", {{"value", text}});
  };
  BOOST_TEST(output_of(parallel("g", say("a", "short"), say("b", "the longest")).merge(longest)) ==
             "the longest");
}

BOOST_AUTO_TEST_CASE(groups_merge_and_split_with_functions_of_the_registry) {
  engine here;
  here.steps().add_merge("longest", longest);
  here.steps().add_split("same", [](const value& x) { return value::list({x, x}); });
  auto words = parallel("g", step("a", "echo"), step("b", "echo")).split("same").merge("longest");
  BOOST_TEST(here.run(step("", "echo", {{"value", "word"}}) >> words).output.json() == "word");
}

BOOST_AUTO_TEST_CASE(contexts_merge_with_functions) {
  auto says = [](const std::string& id, const char* text) {
    return step(id, "echo", {{"value", text}}).set("own", "${result}").set("common", "${result}");
  };
  auto joined = [](const std::string& between) {
    return [between](const value& x) {
      auto& all = x.json();
      return value{all["key"].get<std::string>() + between + all["values"][0].get<std::string>() +
                   between + all["values"][1].get<std::string>()};
    };
  };
  auto both = parallel("both", says("a", "x"), says("b", "y")).context_merge("own", joined("-"));
  auto flow = definition(both >> step("", "echo", {{"value", "${context}"}}))
                .context("common", "", joined("+"));
  BOOST_TEST(output_of(flow) == (json{{"own", "own-x-y"}, {"common", "common+x+y"}}));
  auto called = definition(call("c", "inner")).flow("inner", flow);
  BOOST_TEST(output_of(called) == (json{{"own", "own-x-y"}, {"common", "common+x+y"}}));
}

BOOST_AUTO_TEST_CASE(functions_are_named_after_their_nodes) {
  engine here;
  here.steps().add("function:taken", twice);
  auto number = [](const std::string& id, int x) {
    return step(id, [x](const step_input&) -> step_output { return value{x}; });
  };
  auto shared = number("shared", 4);
  auto called = definition(number("inner", 5) >> number("shared", 6) >> number("", 7));
  auto flow = here.build(definition(number("taken", 1) >> number("", 2) >> number("", 3) >>
                                    shared >> shared.id("again") >> call("c", "called"))
                           .flow("called", called));
  BOOST_REQUIRE(flow);
  auto result = here.run(*flow);
  std::vector<std::string> types;
  for (auto& x : result.tree->children)
    types.push_back(x->type);
  for (auto& x : result.tree->children.back()->children)
    types.push_back(x->type);
  std::vector<std::string> wanted{"function:taken_2",
                                  "function",
                                  "function_2",
                                  "function:shared",
                                  "function:shared",
                                  "call",
                                  "function:called/inner",
                                  "function:called/shared",
                                  "function:called"};
  BOOST_TEST(types == wanted, boost::test_tools::per_element());
  BOOST_TEST(result.output.json() == 7);
}

BOOST_AUTO_TEST_CASE(flows_that_are_called_bring_their_functions) {
  auto doubled = definition(step("n", "echo", {{"value", "${inputs.n}"}}) >> step("f", twice))
                   .input("n", {.type = "integer"});
  auto minus = definition(step("f",
                               [](const step_input& in) -> step_output {
                                 return value{-in.param("n").json().get<int>()};
                               },
                               {{"n", "${inputs.n}"}}))
                 .input("n", {.type = "integer"});
  auto pipeline = call("a", "doubled", {{"n", 4}}) >> call("b", "minus", {{"n", "${a}"}}) >>
                  step("f", [](const step_input& in) -> step_output {
                    return value{in.input.json().get<int>() - 1};
                  });
  BOOST_TEST(output_of(definition("all", pipeline).flow("doubled", doubled).flow("minus", minus)) ==
             -9);
}

BOOST_AUTO_TEST_CASE(functions_without_kinds_are_not_portable) {
  auto pipeline = step("first", twice) >> parallel("g", step("a", "echo"), step("", twice).retry(2))
                                            .merge(longest)
                                            .context_merge("id", "append")
                                            .context_merge("k", longest);
  auto text =
    to_document(definition(pipeline).flow("a/b~c", step("first", twice)).context("l", 0, longest));
  BOOST_REQUIRE(!text);
  BOOST_TEST((text.error().code == errc::not_portable));
  BOOST_TEST(text.error().message ==
             "C++ functions without a kind: `merge` of /context/l, \"first\" "
             "(/flows/a~1b~0c/pipeline/0), \"first\" (/pipeline/0), /pipeline/1/parallel/1, "
             "`merge` of \"g\" (/pipeline/1), `context_merge/k` of \"g\" (/pipeline/1); add them "
             "to the registry, and name their kinds");
  BOOST_TEST(text.error().details["nodes"].size() == 6u);
}

BOOST_AUTO_TEST_CASE(functions_may_stand_wherever_nodes_do) {
  auto run = step("", twice);
  auto echo = step("", "echo");
  for (auto& x :
       {echo >> run, run >> echo, sequence("g", echo, run), parallel("g", echo, run),
        map("m", "${x}", run), map("m", "${x}", run.when(".")), choice("c", when(".", run)),
        choice("c", otherwise(run)), loop("l", run), graph("g", {echo, run}, {}),
        echo.fallback(run), echo.fallback({echo, run}), echo.undo(run),
        parallel("g", echo).merge(merged_by(run)), parallel("g", echo).merge(best_quality(run)),
        parallel("g", echo).merge(longest), parallel("g", echo).split(longest),
        parallel("g", echo).context_merge("merge", longest)}) {
    auto text = to_document(x);
    BOOST_REQUIRE(!text);
    BOOST_TEST(text.error().details["nodes"].size() == 1u, text.error().message);
  }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_as_for_the_document) {
  auto broken = definition("broken.json", step("a", "ehco").max_workers(2) >>
                                            parallel("b", step("a", "echo")).merge("by_nmae") >>
                                            step("c", "echo", {{"value", "${nowhere}"}}))
                  .input("unused");
  auto document = to_document(broken);
  BOOST_REQUIRE(document);
  auto told = problems_of(broken);
  BOOST_TEST(told == diagnostics_of(*document, "broken.json"));
  for (auto code : {"unknown_kind", "unknown_key", "invalid_value", "duplicate_id",
                    "unknown_reference", "unused_input"})
    BOOST_TEST(told.find(code) != std::string::npos, code << " is not told:\n" << told);
}

BOOST_AUTO_TEST_CASE(a_function_without_a_kind_cannot_go_to_a_worker) {
  auto here = step("a", [](const step_input& in) -> step_output { return in.input; });
  auto problems = problems_of(here.place({{"spread", true}}));
  BOOST_TEST(problems.find("not_portable") != std::string::npos, problems);
  BOOST_TEST(problems.find("\"a\"") != std::string::npos, problems);
  BOOST_TEST(problems_of(step("a", "echo").place({{"spread", true}})) == "");
}

BOOST_AUTO_TEST_CASE(a_merge_without_a_name_cannot_go_to_a_worker) {
  auto first = [](const value& list) { return *list.at(0); };
  auto flow = [&](auto merge) {
    return sequence("s", parallel("g", step("a", "echo"), step("b", "echo")).merge(merge))
      .place({{"spread", true}});
  };
  auto problems = problems_of(flow(list_fn{first}));
  BOOST_TEST(problems.find("not_portable") != std::string::npos, problems);
  BOOST_TEST(problems.find("\"s\"") != std::string::npos, problems);
  BOOST_TEST(problems_of(flow("outputs")) == "");
}

BOOST_AUTO_TEST_CASE(a_run_of_a_broken_flow_has_failed_with_all_problems) {
  engine here;
  auto result = here.run(definition("broken", step("a", "ehco") >> step("b", "ehco")).input("x"),
                         {}, {.run_id = "r1"});
  BOOST_TEST((result.status == status::failed));
  BOOST_TEST(result.run_id == "r1");
  BOOST_TEST(result.flow == "broken");
  BOOST_REQUIRE(result.error);
  BOOST_TEST((result.error->code == errc::invalid_input));
  BOOST_TEST(result.error->message == "/pipeline/0/type: unknown step kind \"ehco\"");
  auto& problems = result.error->details["problems"];
  BOOST_REQUIRE(problems.size() == 3u);
  BOOST_TEST(problems[0]["severity"] == "warning"); // of the input that nobody reads
  BOOST_TEST(problems[2]["pointer"] == "/pipeline/1/type");
  BOOST_TEST(problems[2]["hint"] == "did you mean \"echo\"?");
}

BOOST_AUTO_TEST_CASE(a_flow_runs_without_being_built_first) {
  engine here;
  auto flow = definition("doubled", step("f",
                                         [](const step_input& in) -> step_output {
                                           return value{in.param("n").json().get<int>() * 2};
                                         },
                                         {{"n", "${inputs.n}"}}));
  BOOST_TEST(here.run_async(flow, {{"n", 4}}).get().output.json() == 8);
  std::promise<json> told;
  auto run = here.submit(flow, {{"n", 5}}, {.run_id = "mine"},
                         [&](const run_result& x) { told.set_value(x.output.json()); });
  BOOST_TEST(run.id() == "mine");
  BOOST_TEST(run.result().output.json() == 10);
  BOOST_TEST(told.get_future().get() == 10);
}

BOOST_AUTO_TEST_CASE(a_broken_flow_ends_however_it_is_started) {
  engine here;
  auto broken = definition("broken", step("a", "ehco"));
  BOOST_TEST((here.run_async(broken).get().error->code == errc::invalid_input));
  auto told = 0;
  auto run = here.submit(broken, {}, {}, [&](const run_result&) { ++told; });
  BOOST_TEST(told == 1);
  BOOST_TEST(run.result().error->message == "/pipeline/0/type: unknown step kind \"ehco\"");
  BOOST_TEST(run.result().flow == "broken");
  BOOST_TEST(run.id().size() == 36u);
  BOOST_TEST((run.signal("any").error().code == errc::closed));
  run.cancel(); // there is nothing to stop
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_utf8_is_refused) {
  for (auto& x : {step("a", "echo", {{"value", "\xff"}}), step("a", "echo", {{"\xff", 1}})}) {
    auto built = build(x, built_in_kinds());
    BOOST_REQUIRE(!built);
    BOOST_TEST(built.error().front().code == "invalid_utf8");
    auto text = to_document(x);
    BOOST_REQUIRE(!text);
    BOOST_TEST((text.error().code == errc::invalid_input));
  }
}

BOOST_AUTO_TEST_CASE(a_document_is_printed_in_the_order_that_people_write) {
  auto called = definition(step("n", "echo")).output("${n}").input("i");
  auto flow = definition("f", sequence("s", step("a", "echo"), step("b", "echo")))
                .output("${a}")
                .flow("called", called)
                .limit("l", {.concurrency = 1})
                .input("x", {.type = "string"});
  BOOST_TEST(*to_document(flow) == R"({
  "troupe": 1,
  "name": "f",
  "inputs": {"x": {"type": "string"}},
  "limits": {"l": {"concurrency": 1}},
  "flows": {"called": {"inputs": {"i": {}}, "pipeline": [{"id": "n", "type": "echo"}], "output": "${n}"}},
  "pipeline": [{"id": "s", "sequence": [{"id": "a", "type": "echo"}, {"id": "b", "type": "echo"}]}],
  "output": "${a}"
}
)");
}

BOOST_AUTO_TEST_CASE(groups_are_made_from_lists_of_any_length) {
  std::vector<node> branches;
  for (auto i = 0; i < 100; ++i)
    branches.push_back(step("b" + std::to_string(i), "echo", {{"value", i}}));
  auto sum = step("", "jq", {{"program", "add"}});
  BOOST_TEST(output_of(parallel("all", branches).merge(outputs()) >> sum) == 4950);
  BOOST_TEST(output_of(sequence("all", branches)) == 99);
  BOOST_TEST(problems_of(parallel("all", std::vector<node>{})).find("empty_group") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
