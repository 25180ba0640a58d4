// SPDX-License-Identifier: Apache-2.0
#include "tests/dsl/flows.hpp"

// The flows of examples/, in C++.

namespace troupe::test {

using namespace dsl;
using namespace std::chrono_literals;

namespace {

node awk(const std::string& id, const std::string& program, const std::string& file) {
  return step(id, "shell", {{"argv", {"awk", program, file}}, {"parse", "lines"}});
}
node jq(const std::string& id, const std::string& program) {
  return step(id, "jq", {{"program", program}});
}
node text(const std::string& id, const std::string& content) {
  return step(id, "template", {{"text", content}});
}
node shell(const std::string& id, const std::string& command) {
  return step(id, "shell", {{"command", command}});
}
node nap(const std::string& id, const std::string& time) {
  return step(id, "sleep", {{"for", time}});
}

definition machine_report() {
  auto activity =
    sequence("activity",
             awk("changes",
                 "$3 ~ /^(install|upgrade|remove)$/ { n[$1 \" \" $3]++ } END { for (k in n) print "
                 "k, n[k] }",
                 "${inputs.log}"),
             jq("by_day",
                "[.stdout[] | split(\" \") | {day: .[0], (.[1]): (.[2] | tonumber)}] | "
                "group_by(.day) | map(add) | sort_by(.day) | reverse | .[:7] | {source: \"the "
                "package log\", days: .}"))
      .set("days", "${result.days}")
      .fallback(
        step("no_log", "echo",
             {{"value",
               {{"source", "nothing: there is no package log here"}, {"days", written::array()}}}})
          .set("days", written::array()));
  auto sections =
    sequence("sections",
             awk("counts",
                 "/^Package:/ { section = \"none\" } /^Status:/ { ok = /install ok installed/ } "
                 "/^Section:/ { section = $2 } /^$/ { if (ok) n[section]++; ok = 0 } END { if "
                 "(ok) n[section]++; for (k in n) print k, n[k] }",
                 "${inputs.database}"),
             jq("ranked", "[.stdout[] | split(\" \") | {section: .[0], packages: (.[1] | "
                          "tonumber)}] | sort_by(-.packages, .section)"))
      .set("sections", "${result}");
  auto largest =
    sequence("largest",
             awk("sizes",
                 "/^Package:/ { p = $2 } /^Status:/ { ok = /install ok installed/ } "
                 "/^Installed-Size:/ { s = $2 } /^$/ { if (ok) print p, s + 0; ok = 0; s = 0 } END "
                 "{ if (ok) print p, s + 0 }",
                 "${inputs.database}"),
             jq("top", "[.stdout[] | split(\" \") | {package: .[0], kib: (.[1] | tonumber)}] | "
                       "{count: length, kib: (map(.kib) | add), top: (sort_by(-.kib, .package) | "
                       ".[:5])}"))
      .set("packages", "${result.count}");
  auto report = jq(
    "text",
    R"x(def mib: . / 1024 * 10 | round / 10; "# This machine\n\n\(.largest.count) packages are installed, \(.largest.kib | mib) MiB in all.\n\n## Lately (from \(.activity.source))\n\n\(if .activity.days == [] then "Nothing is known." else [.activity.days[] | "- \(.day): \(.install // 0) installed, \(.upgrade // 0) upgraded, \(.remove // 0) removed"] | join("\n") end)\n\n## By section\n\n| section | packages |\n|---|---|\n\([.sections[:8][] | "| \(.section) | \(.packages) |"] | join("\n"))\n\n## The largest\n\n| package | MiB |\n|---|---|\n\([.largest.top[] | "| \(.package) | \(.kib | mib) |"] | join("\n"))\n")x");
  auto file =
    step("file", "write-file", {{"file_path", "${inputs.report}"}, {"content", "${text}"}});
  return definition("machine_report",
                    parallel("analyses", activity, sections, largest).merge(by_name()) >> report >>
                      file)
    .description("What is installed on this machine, and what happened to it lately.")
    .input("log",
           {.type = "string", .fallback = "/var/log/dpkg.log", .description = "the package log"})
    .input(
      "database",
      {.type = "string", .fallback = "/var/lib/dpkg/status", .description = "the package database"})
    .input("report", {.type = "string",
                      .fallback = "out/machine_report.md",
                      .description = "where the report goes"})
    .default_timeout(30s)
    .output("${text}");
}

definition first_answer() {
  auto sources = parallel("sources", (nap("", "10s") >> text("", "slow: 8")).id("slow"),
                          step("broken", "fail", {{"message", "no connection"}}),
                          (nap("", "50ms") >> text("", "fast: 8")).id("fast"));
  return {"first_answer",
          step("question", "echo", {{"value", "How many legs has a spider?"}}) >>
            sources.merge(first_success()) >>
            text("answer", "${question} ${sources} (of ${steps.sources.metadata.succeeded} that "
                           "answered)")};
}

definition speedup() {
  auto seconds =
    step("seconds", "jq", {{"program", ". / 1000"}, {"input", "${steps.naps.duration_ms}"}});
  auto told = jq(
    "speedup",
    R"x("3 naps of 1 s took \(. * 100 | round / 100) s together: \(30 / . | round / 10) times as fast as one after the other")x");
  return definition("speedup",
                    parallel("naps", nap("first", "1s"), nap("second", "1s"), nap("third", "1s"))
                        .merge(outputs()) >>
                      seconds >> told)
    .description("Three branches of one second take one second: waiting holds no thread.");
}

definition second_chances() {
  auto quote = step("quote", "fail", {{"message", "the exchange is closed"}})
                 .retry({.attempts = 2, .initial = 10ms, .jitter = "none"})
                 .fallback(step("cached", "read-file", {{"file_path", "no/such/cache.json"}}))
                 .fallback(step("by_hand", "echo", {{"value", {{"price", 42}}}}));
  auto story = step(
    "story", "jq",
    {{"input", {"${quote.price}", "${steps.quote.metadata}"}},
     {"program",
      R"x(.[1] as $story | "price \(.[0]); first: \($story.primary_attempt_result.error.message), \($story.primary_attempt_result.attempts) attempts; then: \($story.fallback_chain[0].name): \($story.fallback_chain[0].error.code); by \($story.fallback_attempt_result.name)")x"}});
  return {"second_chances", quote >> story};
}

definition best_of_three() {
  auto writer = [](const std::string& id, const std::string& content) {
    return text(id, content).set("trace", {"started", id});
  };
  return definition("best_of_three",
                    parallel("writers", writer("plain", "All about ${inputs.topic}"),
                             writer("proud", "Why ${inputs.topic} change everything we know"),
                             writer("brief", "${inputs.topic}!"))
                        .merge(best_quality("100 - (length - 30 | fabs)")) >>
                      text("headline", "${writers} [${context.trace[1]}]"))
    .input("topic", {.type = "string", .fallback = "actors"})
    .context("trace", written::array({"started"}), "append");
}

definition three_summaries() {
  auto summary = [](const std::string& size) {
    return step(size, "llm", {{"prompt", "${read.content}"}})
      .model("${inputs." + size + "}")
      .retry(2)
      .timeout(60s);
  };
  auto first_lines =
    jq("first_lines",
       R"({response: ($read.content | split("\n") | map(select(. != "")) | .[0:2] | join(" "))})");
  auto summaries = parallel("summaries", summary("large"), summary("medium"), summary("small"))
                     .merge(best_quality(R"(.response | split(" ") | 0 - (length - 30 | fabs))"))
                     .fallback(first_lines);
  auto told = text("summary", "${summaries.response} (by ${steps.summaries.metadata.winner ?? "
                              "\"nobody\"} for ${steps.summaries.metrics.cost_usd ?? 0} USD)");
  return definition("three_summaries",
                    step("read", "read-file", {{"file_path", "${inputs.file}"}}) >> summaries >>
                      told)
    .input("file", {.type = "string", .fallback = "README.md", .description = "the document"})
    .input("large", {.type = "string", .fallback = "gpt-4o"})
    .input("medium", {.type = "string", .fallback = "gpt-4o-mini"})
    .input("small", {.type = "string", .fallback = "gpt-3.5-turbo"})
    .default_params("llm", {{"system", "Summarise the document in one sentence of about 30 words."},
                            {"temperature", 0.2}})
    .price("gpt-4o", {.input = 2.5, .output = 10})
    .price("gpt-4o-mini", {.input = 0.15, .output = 0.6})
    .price("gpt-3.5-turbo", {.input = 0.5, .output = 1.5});
}

definition price_watch() {
  auto ask = [](const std::string& name, const std::string& path) {
    auto price = jq("", path).returns({{"type", "number"}, {"exclusiveMinimum", 0}});
    return (step("", "http", {{"url", "${inputs." + name + "}"}}) >> price).id(name);
  };
  return definition(
           "price_watch",
           parallel("sources", ask("coinbase", ".response.data.amount | tonumber"),
                    ask("kraken", ".response.result[].c[0] | tonumber"),
                    ask("bitstamp", ".response.last | tonumber"))
               .merge(first_success())
               .deadline(20s) >>
             text("price", "1 BTC is ${sources} USD, says ${steps.sources.metadata.winner}"))
    .input("coinbase",
           {.type = "string", .fallback = "https://api.coinbase.com/v2/prices/BTC-USD/spot"})
    .input("kraken",
           {.type = "string", .fallback = "https://api.kraken.com/0/public/Ticker?pair=XBTUSD"})
    .input("bitstamp",
           {.type = "string", .fallback = "https://www.bitstamp.net/api/v2/ticker/btcusd/"})
    .default_timeout(5s)
    .default_retry({.attempts = 3, .initial = 200ms});
}

definition service_check() {
  auto answer = step("get", "http", {{"url", "${inputs.url}"}})
                  .timeout(10s)
                  .retry({.attempts = 3, .initial = 100ms}) >>
                text("seen", "it answers ${get.status_code} (${get.response_headers.content-type "
                             "?? \"no type\"})");
  auto missing = step("missing", "http",
                      {{"url", "${inputs.url}no-such-page"}, {"expect", written::array({404})}})
                   .fallback(step("odd", "echo", {{"value", nullptr}}))
                   .fallback_on({errc::http_status});
  auto disk = step("disk", "shell",
                   {{"argv", written::array({"df", "--output=pcent", "."})}, {"parse", "lines"}});
  auto report = jq(
    "text",
    R"x("# Service check\n\n- service: " + ($checks.answer // "it does not answer") + "\n- a page that is not there: " + (if $checks.missing then "told as such" else "not told" end) + "\n- disk used here: " + ($checks.disk.stdout[1] // "unknown" | gsub(" "; "")) + "\n")x");
  auto file =
    step("file", "write-file", {{"file_path", "${inputs.report}"}, {"content", "${text}"}});
  return definition("service_check", parallel("checks", answer.id("answer"), missing, disk)
                                         .merge(by_name())
                                         .on_error("continue") >>
                                       report >> file)
    .description("Is a service well? Looks at it and at this machine, and writes a report.")
    .input("url",
           {.type = "string", .fallback = "https://example.com/", .description = "the service"})
    .input("report", {.type = "string", .fallback = "service_report.md"})
    .output("${text}");
}

definition readings() {
  auto numbers =
    map("numbers", "${inputs.readings}",
        jq("", "{celsius: tonumber}")
          .returns({{"type", "object"},
                    {"properties",
                     {{"celsius", {{"type", "number"}, {"minimum", -90}, {"maximum", 60}}}}}}))
      .as("reading")
      .concurrently(4)
      .tolerated("40%");
  auto report =
    jq("report", "[.results[].celsius | numbers] as $good | {mean: ($good | add / length), of: "
                 "($good | length), bad: (.errors // [] | sort_by(.index) | map(.item))}");
  return definition("map", numbers >> report)
    .description("A node runs for each item of a list. Readings that are no numbers fail; up to "
                 "40% of them may.")
    .input("readings", {.type = "array", .fallback = {{"21.5", "22", "n/a", "20.5", "", "24"}}});
}

definition review() {
  auto draft =
    jq("write", "$inputs.text | split(\" \") | .[:length - 3 * ($context.drafts | length)] | "
                "join(\" \")");
  auto reviewed = jq("review", "$context.drafts + [$write | length]")
                    .action(R"(if .[-1] > $inputs.most then "again" else "good" end)")
                    .set("drafts", "${result}");
  return definition(
           "review",
           graph(
             "desk",
             {draft, reviewed, text("publish", "${write}. (drafts of ${context.drafts} letters)")},
             {{"write", "review"}, {"review", "write", "again"}, {"review", "publish", "good"}}))
    .input("text", {.type = "string",
                    .fallback = "Actors are simple things, each of which minds its own business "
                                "and writes letters"})
    .input("most", {.type = "integer", .fallback = 40})
    .context("drafts", written::array());
}

definition saga() {
  auto order = sequence("order",
                        shell("reserve", "echo reserve shelf 7 >> saga.log; echo shelf 7")
                          .undo(shell("", "echo release ${result.stdout} >> saga.log")),
                        shell("charge", "echo charge 12 EUR >> saga.log; echo 12 EUR")
                          .undo(shell("", "echo refund ${result.stdout} >> saga.log")),
                        shell("send", "test -n ${inputs.address} && echo It is on its way to "
                                      "${inputs.address}."))
                 .on_error("rollback")
                 .set("letter", "${result.stdout}")
                 .fallback(step("letter", "echo",
                                {{"value", "We cannot send it, and have your money back to you."}})
                             .set("letter", "${result}"));
  return definition("saga", order >> shell("story", "cat saga.log; rm saga.log"))
    .input("address", {.type = "string", .fallback = ""})
    .output("${context.letter}\n\n${story.stdout}");
}

definition budget() {
  auto each = map("each", {"why", "how", "when", "where", "who", "what"}, step("", "ask"))
                .concurrently()
                .budget({.cost_usd = 1, .steps = 4})
                .limit("service")
                .expects({.cost_usd = 0.05});
  auto answers = sequence("answers", each)
                   .fallback(step("cheap", "echo", {{"value", "See the manual."}}))
                   .fallback_on({errc::budget_exceeded});
  return definition("budget",
                    answers >> text("answer", "${answers} (${steps.answers.metadata.primary_attempt"
                                              "_result.error.message})"))
    .limit("service", {.rate = "100/s", .burst = 6, .concurrency = 2})
    .type("ask", {{"type", "template"}, {"params", {{"text", "A long answer to ${previous}"}}}});
}

definition far_files() {
  auto count = jq("count", "{file: ($file | split(\"/\") | last), words: (.content | split(\" \") "
                           "| length)}");
  auto each = sequence("each", step("read", "read-file", {{"file_path", "${file}"}}), count)
                .place({{"spread", true}})
                .batch("${find.files}")
                .as("file")
                .concurrently();
  return definition("far_files",
                    step("find", "list-files", {{"path", "${inputs.folder}"}, {"glob", "*.txt"}}) >>
                      each >> jq("longest_first", "[.results[] | del(.item)] | sort_by(-.words)"))
    .description("Counts the words of files, each on whichever worker has room; what waits for all "
                 "of them stays here.")
    .input("folder", {.type = "string", .description = "where the files are, on every worker"});
}

definition lines() {
  auto mean = jq("mean", "$inputs.celsius | add / length")
                .fallback(step("", "echo", {{"value", nullptr}}))
                .fallback_on({errc::expression_failed});
  return definition(
           "lines",
           mean >> step("", "echo", {{"value", {{"city", "${inputs.city}"}, {"mean", "${mean}"}}}}))
    .description("troupe map runs this once for each line of 14_lines.jsonl: the fields of a line "
                 "are the inputs.")
    .input("city", {.type = "string"})
    .input("celsius", {.type = "array", .description = "what was measured"});
}

} // namespace

flows_by_document flows_of_examples() {
  return {{"01_machine_report.json", machine_report()},
          {"02_first_answer.yaml", first_answer()},
          {"03_speedup.json", speedup()},
          {"04_second_chances.yaml", second_chances()},
          {"05_best_of_three.yaml", best_of_three()},
          {"07_three_summaries.yaml", three_summaries()},
          {"08_price_watch.yaml", price_watch()},
          {"09_service_check.json", service_check()},
          {"10_map.json", readings()},
          {"11_review.yaml", review()},
          {"12_saga.yaml", saga()},
          {"13_budget.yaml", budget()},
          {"14_lines.json", lines()},
          {"16_far_files.json", far_files()}};
}

} // namespace troupe::test
