// SPDX-License-Identifier: Apache-2.0
#include "tests/dsl/flows.hpp"

// Some of tests/documents/native, in C++.

namespace troupe::test {

using namespace dsl;
using namespace std::chrono_literals;

namespace {

const auto none = written::array();

node echo(const std::string& id) { return step(id, "echo"); }
node echo(const std::string& id, written x) { return step(id, "echo", {{"value", std::move(x)}}); }
node jq(const std::string& id, const std::string& program) {
  return step(id, "jq", {{"program", program}});
}
node text(const std::string& id, const std::string& content) {
  return step(id, "template", {{"text", content}});
}
node failing(const std::string& id, const std::string& message) {
  return step(id, "fail", {{"message", message}});
}
node log(const std::string& message) { return step("", "log", {{"message", message}}); }

definition attributes_of_a_step() {
  auto work = jq("work", ". * 10")
                .when(". > 3")
                .enabled(true)
                .input("${start}")
                .set("last", "${result}")
                .timeout(5s)
                .deadline(20s)
                .retry({.attempts = 3,
                        .initial = 1ms,
                        .factor = 2,
                        .max = 10ms,
                        .jitter = "none",
                        .on = {errc::step_failed},
                        .max_elapsed = 5s})
                .fallback(echo("spare", 0))
                .fallback_on({errc::timeout, errc::step_failed})
                .returns({{"type", "integer"}, {"minimum", 0}})
                .meta({{"note", "all at once"}})
                .expects({.cost_usd = 0, .tokens = 0})
                .budget({.steps = 3})
                .cache({.ttl = 1min, .key = "${start}"})
                .undo(log("undo ${result}"));
  return {"attributes_of_a_step",
          echo("start", 4) >> work >> text("told", "${work ?? 0} and ${context.last}")};
}

definition batch_with_every_option() {
  auto odd = map("long", {1, 2, 3},
                 jq("", "if . == [3] then error(\"odd one\") else {n: add} end")
                   .retry({.attempts = 2, .initial = 1ms}))
               .as("pair")
               .concurrently(2)
               .batch_size(2)
               .on_item_error("continue")
               .tolerated(1);
  auto cells = parallel("cells", text("p", "${row.value}/${index}"), echo("q", "${row.item}"));
  auto share =
    map("share", {1, 0, 2}, jq("", "if . == 0 then error(\"zero\") else . end")).tolerated("50%");
  return {"batch_with_every_option",
          map("short", {1, 2}, jq("", ". * 2")) >> odd >>
            map("groups", "${short.results}", cells.merge("outputs")).as("row") >> share >>
            jq("told", "{long: ($long | {count, error_count, errors}), groups: "
                       "[$groups.results[].value], share: $share.success_count}")};
}

definition every_key_of_a_flow() {
  auto said = step("said", "say", {{"word", "${inputs.word}"}})
                .limit("voice")
                .set("said", written::array({"${result}"}));
  return definition("every_key", said >> call("loud", "loud", {{"w", "${said}"}}))
    .schema("https://example.com/flow.schema.json")
    .description("each key of a flow once")
    .version("1.0")
    .meta({{"team", "ada"}})
    .input("word",
           {.type = "string", .required = false, .fallback = "hey", .description = "what to say"})
    .context("said", none, "append")
    .env({"NO_SUCH_VARIABLE"})
    .secrets({})
    .limit("voice", {.rate = "100/s", .burst = 5, .concurrency = 2})
    .budget({.cost_usd = 0.5, .tokens = 1000, .steps = 20, .duration = 1min})
    .default_timeout(5s)
    .default_retry({.attempts = 2, .initial = 1ms})
    .default_params("llm", {{"temperature", 0.2}})
    .type("say", {{"type", "template"},
                  {"input", "any"},
                  {"output", "text"},
                  {"price", 0.01},
                  {"params", {{"text", "${params.word}!"}}}})
    .flow("loud", definition(jq("", "$inputs.w | ascii_upcase")).input("w", {.type = "string"}))
    .price("small", {.input = 0.1, .output = 0.4})
    .on_error("stop")
    .output({{"loud", "${loud}"},
             {"said", "${context.said}"},
             {"variable", "${env.NO_SUCH_VARIABLE ?? \"unset\"}"}});
}

definition parallel_with_every_attribute() {
  auto sets = [](const node& x, const std::string& name) {
    return x.set("seen", written::array({name})).set("who", name).set("first", name);
  };
  auto work =
    parallel("work", sets(jq("a", "add"), "a"),
             (sets(jq("", "add"), "b") >> jq("", ". * 2")).id("b"), failing("c", "no c today"))
      .max_workers(2)
      .on_error("continue")
      .min_success(2)
      .split("round_robin")
      .share({"seen"})
      .merge(by_name())
      .context_merge("*", "first_write_wins")
      .context_merge("who", {{"jq", ".values | join(\"+\")"}});
  return definition("parallel_with_every_attribute",
                    echo("items", {1, 2, 3, 4, 5, 6}) >> work >>
                      echo("told", {"${work}", "${context}", "${steps.work.status}"}))
    .context("seen", none, "union")
    .context("hidden", 1);
}

definition merges_that_choose() {
  auto good = jq("", "if test(\"good\") then 1 else 0 end");
  return {"merges_that_choose",
          parallel("vote", echo("v1", "yes it is"), echo("v2", "no"), echo("v3", "no"))
              .merge(majority_vote()) >>
            parallel("best", echo("b1", "short"), echo("b2", "the longest of them"))
              .merge(best_quality("length")) >>
            parallel("scored_by_a_node", echo("s1", "bad"), echo("s2", "good"))
              .merge(best_quality(good)) >>
            parallel("quorum", step("q1", "fail"), echo("q2", "enough")).merge(quorum(1)) >>
            parallel("first", echo("f1", "at once"), echo("f2", "never started"))
              .merge(first_success())
              .hedge(5s) >>
            echo("all", {"${vote}", "${best}", "${scored_by_a_node}", "${quorum}", "${first}"})};
}

definition merges_that_reduce() {
  return {
    "merges_that_reduce",
    parallel("sum", echo("a", 1), echo("b", 2)).merge(reduce("map(.output) | add")) >>
      parallel("told", echo("c", 3))
        .merge(merged_by(text("tell", "${previous[0].name}=${previous[0].output}"))) >>
      parallel("joined", text("d", "${sum}"), text("e", "${told}")).merge(combine_outputs("-"))};
}

definition splits_by_jq_and_chunk() {
  auto both = [](const std::string& id, const std::string& a, const std::string& b) {
    return parallel(id, echo(a), echo(b));
  };
  return {"splits_by_jq_and_chunk",
          echo("n", {1, 2, 3}) >>
            both("own", "a", "b").split_by("[first, last]").merge(outputs()) >>
            both("cut", "c", "d").input("${n}").split("chunk").merge(outputs()) >>
            both("copy", "e", "f").input("${n}").split("duplicate").merge("combine_outputs") >>
            echo("all", {"${own}", "${cut}", "${copy}"})};
}

definition call_with_inputs_context_and_output() {
  auto area =
    definition("area", jq("a", "$inputs.w * $inputs.h").set("log", written::array({"${result}"})))
      .description("of a box")
      .meta({{"unit", "cm2"}})
      .input("w", {.type = "number"})
      .input("h", {.type = "number", .fallback = 2})
      .context("log", none)
      .output({{"area", "${a}"}, {"log", "${context.log}"}});
  auto countdown = definition(jq("less", "$inputs.n - 1") >>
                              call("", "countdown", {{"n", "${less}"}}).when(". > 0"))
                     .input("n", {.type = "integer"});
  auto all = step("all", "jq",
                  {{"input", {"${box}", "${down}", "${each.results}"}},
                   {"program", "[.[0].area, .[1], (.[2] | map(.area))]"}});
  return definition("call_with_inputs_context_and_output",
                    call("box", "area", {{"w", 4}}) >> call("down", "countdown", {{"n", 3}}) >>
                      map("each", {1, 2}, call("", "area", {{"w", "${side}"}, {"h", "${side}"}}))
                        .as("side") >>
                      all)
    .flow("area", area)
    .flow("countdown", countdown);
}

definition graph_with_actions_and_a_cycle() {
  auto add = jq("add", "$context.n + 3").set("n", "${result}");
  auto check = echo("check").action("if . < 8 then \"more\" else \"done\" end").max_visits(10);
  return definition(
           "graph_with_actions_and_a_cycle",
           graph("g",
                 {add, check, failing("side", "nobody minds"), text("end", "reached ${context.n}")},
                 {edge("add", "check"), edge("check", "add", "more"), edge("check", "end", "done"),
                  edge("check", "side", "done")})
             .on_error("continue"))
    .context("n", 0)
    .output("${end}");
}

definition pipeline_is_a_graph() {
  return {"pipeline_is_a_graph",
          graph("",
                {echo("one", 1), jq("two", ". + 1"), jq("ten", ". * 10"), jq("sum", ".two + .ten")},
                {{"one", "two"}, {"one", "ten"}, {"two", "sum"}, {"ten", "sum"}})};
}

definition depends_on_makes_a_graph() {
  return {"depends_on_makes_a_graph",
          echo("eggs", "eggs") >> echo("milk", "milk").depends_on({}) >>
            text("stir", "${eggs}+${milk}").depends_on({"eggs", "milk"}) >>
            echo("pan", "hot pan").depends_on({}) >>
            text("bake", "${stir} in a ${pan}").depends_on({"stir", "pan"}) >>
            text("eat", "${previous}, eaten")};
}

definition next_jumps_forward_and_back() {
  auto check = echo("check")
                 .action("if . < 3 then \"again\" elif . == 3 then \"on\" else \"never\" end")
                 .next("again", "count")
                 .next("on", "finish")
                 .next("end")
                 .max_visits(5);
  return definition("next_jumps_forward_and_back",
                    jq("count", "$context.n + 1").set("n", "${result}") >> check >>
                      step("passed_over", "fail") >> text("finish", "after ${check}").next("end") >>
                      step("behind_the_end", "fail"))
    .context("n", 0);
}

definition next_takes_an_error() {
  return {"next_takes_an_error",
          step("try", "shell", {{"command", "exit 9"}}).next("fine").next("error", "sorry") >>
            echo("fine", "fine") >>
            text("sorry", "sorry about ${steps.try.error.details.exit_code}") >>
            text("last", "${previous}.")};
}

definition loops_in_every_form() {
  auto tripled = loop("while_true", jq("", ". * 3")).input(1).repeat_while(". < 20");
  auto longer = loop("until_true", text("", "${previous}${index}")).input("").until("length == 3");
  auto limited = loop("stops_at_its_limit", jq("", ". + [$index]"))
                   .input(none)
                   .max_iterations(2)
                   .on_limit("stop");
  auto carrying = loop("carries", jq("", "{n: (.n * 2), noise: 1}"))
                    .input({{"n", 1}})
                    .until(".n >= 8")
                    .carry({{"n", "${previous.n}"}});
  auto both = loop("both", jq("", ". + 2")).input(0).repeat_while(". < 100").until(". == 4");
  return definition("loops_in_every_form", tripled >> longer >> limited >> carrying >> both)
    .output({"${while_true}", "${until_true}", "${stops_at_its_limit}", "${carries.n}", "${both}"});
}

definition waits_for_a_signal() {
  return {"waits_for_a_signal",
          echo("draft", "a draft") >>
            wait_for_signal("ok", "approve",
                            {.message = "Publish ${draft}?", .schema = {{"type", "boolean"}}}) >>
            text("told", "published: ${ok}")};
}

definition places() {
  auto group =
    parallel("all", text("a", "${far} ${beside}"), step("b", "echo").place({{"same_as", "near"}}))
      .merge("outputs")
      .place({{"spread", true}});
  return definition("places", step("near", "echo", {{"value", 2}}) >>
                                jq("far", ". * 10")
                                  .place({{"spread", true}, {"queue", "5s"}, {"max_moves", 1}})
                                  .idempotent(false) >>
                                step("beside", "echo").place({{"same_as", "far"}}) >> group);
}

definition waits_for_a_time() {
  return {"waits_for_a_time",
          wait("short", 1ms) >> wait("number", 1ms) >> text("told", "waited twice")};
}

definition choice_without_a_match() {
  return {"choice_without_a_match",
          echo("n", 5) >> choice("pick", when(". > 10", echo("", "big"))) >>
            text("told", "${previous} stays, ${steps.pick.status ?? \"absent\"}")};
}

definition rollback_of_the_flow() {
  return definition("rollback_of_the_flow",
                    echo("book", "room 5").undo(log("cancel ${result}")) >>
                      step("pay", "fail", {{"message", "no money"}, {"code", "denied"}}))
    .on_error("rollback");
}

definition exports_of_a_step() {
  auto inner = echo("inner", 5).set("count", "${result}").set("private", "stays inside");
  return definition(
           "exports_of_a_step",
           (inner >> text("seen", "${context.private}")).id("work").exports({"count"}) >>
             text("told", "${context.count}, ${seen}, ${context.private ?? \"not outside\"}"))
    .context("count", 0);
}

definition price_of_a_step() {
  return definition("price_of_a_step",
                    echo("paid", "bought").price(0.25).expects({.cost_usd = 0.25}) >>
                      text("told", "${paid} for ${steps.paid.metrics.cost_usd}"))
    .budget({.cost_usd = 1});
}

definition limits_of_several_kinds() {
  return definition("limits_of_several_kinds",
                    parallel("g", echo("a", 1).limit("one"),
                             echo("b", 2).limit("one").limit("slow"), echo("c", 3).limit("slow"))
                      .merge(outputs()))
    .limit("one", {.concurrency = 1})
    .limit("slow", {.rate = "1000/s", .burst = 2});
}

definition types_with_price_and_result() {
  auto cost = text("cost", "${small} ${seen} ${steps.pic.metrics.cost_usd}");
  return definition("types_with_price_and_result",
                    text("what", "a cat") >> step("pic", "draw").model("crayon") >>
                      step("seen", "look") >> step("small", "tidy") >> cost)
    .type("draw", {{"type", "template"},
                   {"input", "text"},
                   {"output", "image"},
                   {"price", 0.02},
                   {"params", {{"text", "picture of ${previous} by ${model}"}}}})
    .type("tidy", {{"type", "jq"},
                   {"input", "any"},
                   {"output", "json"},
                   {"result", {{"clean", "${result.n}"}, {"by", "tidy"}}},
                   {"params", {{"program", "{n: (. | length), waste: .}"}}}})
    .type("look", {{"type", "jq"},
                   {"input", "image"},
                   {"output", "text"},
                   {"params", {{"program", "ascii_upcase"}}}});
}

definition nodes_without_ids() {
  return {"nodes_without_ids",
          echo("", "x") >>
            sequence("", echo(""), parallel("", echo(""), echo("")).merge(outputs())) >>
            text("", "${echo_1} ${previous}")};
}

definition outputs_by_name() {
  return definition("outputs_by_name", echo("a", 1)).output("x", "${a}");
}

definition disabled_nodes_everywhere() {
  return {"disabled_nodes_everywhere",
          step("off", "fail").enabled(false) >>
            parallel("g", echo("a", 1), step("b", "fail").enabled(false)).merge(by_name()) >>
            text("last", "${g}")};
}

} // namespace

flows_by_document flows_of_native_documents() {
  return {{"attributes_of_a_step.json", attributes_of_a_step()},
          {"batch_with_every_option.json", batch_with_every_option()},
          {"every_key_of_a_flow.json", every_key_of_a_flow()},
          {"parallel_with_every_attribute.json", parallel_with_every_attribute()},
          {"merges_that_choose.yaml", merges_that_choose()},
          {"merges_that_reduce.json", merges_that_reduce()},
          {"splits_by_jq_and_chunk.json", splits_by_jq_and_chunk()},
          {"call_with_inputs_context_and_output.json", call_with_inputs_context_and_output()},
          {"graph_with_actions_and_a_cycle.json", graph_with_actions_and_a_cycle()},
          {"pipeline_is_a_graph.json", pipeline_is_a_graph()},
          {"depends_on_makes_a_graph.yaml", depends_on_makes_a_graph()},
          {"next_jumps_forward_and_back.json", next_jumps_forward_and_back()},
          {"next_takes_an_error.json", next_takes_an_error()},
          {"loops_in_every_form.yaml", loops_in_every_form()},
          {"waits_for_a_signal.json", waits_for_a_signal()},
          {"places.yaml", places()},
          {"waits_for_a_time.yaml", waits_for_a_time()},
          {"choice_without_a_match.json", choice_without_a_match()},
          {"rollback_of_the_flow.json", rollback_of_the_flow()},
          {"exports_of_a_step.json", exports_of_a_step()},
          {"price_of_a_step.json", price_of_a_step()},
          {"limits_of_several_kinds.yaml", limits_of_several_kinds()},
          {"types_with_price_and_result.json", types_with_price_and_result()},
          {"nodes_without_ids.json", nodes_without_ids()},
          {"outputs_by_name.json", outputs_by_name()},
          {"disabled_nodes_everywhere.json", disabled_nodes_everywhere()}};
}

} // namespace troupe::test
