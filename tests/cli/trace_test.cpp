// SPDX-License-Identifier: Apache-2.0
#include "cli/trace.hpp"
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/http_server.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>
#include <future>

using namespace troupe::test;
using nlohmann::json;

namespace {

struct trace_fixture : scratch_folder {
  trace_fixture() {
    write("ok.json", R"({"troupe": 1, "name": "ok", "pipeline": [{"id": "a", "type": "echo"}]})");
    write("fails.json", R"({"troupe": 1, "pipeline": [{"id": "a", "type": "fail"}]})");
    write("wants.json", R"({"troupe": 1, "pipeline": [{"type": "echo"}],
      "inputs": {"n": {"type": "integer"}}})");
  }
  ~trace_fixture() {
    for (auto name :
         {"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_SERVICE_NAME"})
      ::unsetenv(name);
  }
};

json resource_of(const std::string& body) {
  return json::parse(body).at("resourceSpans")[0].at("resource").at("attributes");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(trace_suite, trace_fixture)

BOOST_AUTO_TEST_CASE(a_run_leaves_a_trace_and_a_picture_also_when_it_fails) {
  for (auto [flow, code] : {std::pair{"ok.json", 0}, std::pair{"fails.json", 1}}) {
    auto ran = command({"run", flow, "-q", "--trace", "chrome=t.json", "--trace", "gantt=t.svg"});
    BOOST_TEST(ran.code == code);
    BOOST_TEST(json::parse(read("t.json")).at("traceEvents").size() == 4u); // two names, two spans
    BOOST_TEST(read("t.svg").starts_with("<svg "));
  }
}

BOOST_AUTO_TEST_CASE(a_run_that_never_began_leaves_a_picture_of_why_and_sends_nothing) {
  http_server collector{[](const received&) { return reply{}; }};
  auto ran = command(
    {"run", "wants.json", "-q", "--trace", "gantt=t.svg", "--trace", "otlp=" + collector.url()});
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(read("t.svg").find("inputs.n") != std::string::npos);
  BOOST_TEST(collector.requests == 0);
}

BOOST_AUTO_TEST_CASE(a_trace_that_cannot_be_written_exits_as_output_that_cannot) {
  auto ran = command({"run", "ok.json", "-q", "--trace", "chrome=missing/t.json"});
  BOOST_TEST(ran.code == 5);
  BOOST_TEST(ran.err == "troupe: cannot write missing/t.json: No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_trace_is_refused_before_the_run) {
  for (auto text : {"chrome", "gantt=", "otlp=", "jaeger=x", "=x"}) {
    auto ran = command({"run", "ok.json", "--trace", text});
    BOOST_TEST(ran.code == 2);
    BOOST_TEST(ran.out == "");
    BOOST_TEST(ran.err.find("--trace wants chrome=FILE") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_collector_is_found_by_its_url_or_by_the_environment) {
  std::array<std::promise<received>, 2> told;
  http_server collector{[&](const received& x) {
    told.at(static_cast<size_t>(collector.requests) - 1).set_value(x);
    return reply{200, "{}"};
  }};
  BOOST_TEST(command({"run", "ok.json", "-q", "--trace", "otlp=" + collector.url()}).err == "");
  auto seen = told[0].get_future().get();
  BOOST_TEST(seen.path == "/v1/traces");
  BOOST_TEST(resource_of(seen.body)[0].at("value").at("stringValue") == "troupe");
  ::setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url().c_str(), 1);
  ::setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b", 1);
  ::setenv("OTEL_SERVICE_NAME", "mine", 1);
  BOOST_TEST(command({"run", "ok.json", "-q", "--trace", "otlp"}).err == "");
  BOOST_TEST(collector.requests == 2);
  seen = told[1].get_future().get();
  BOOST_TEST(seen.header("x-key") == "a b");
  BOOST_TEST(resource_of(seen.body)[0].at("value").at("stringValue") == "mine");
}

BOOST_AUTO_TEST_CASE(a_collector_that_does_not_answer_changes_no_exit_code) {
  http_server collector{[](const received&) { return reply{500, "no disk"}; }};
  auto ran = command({"run", "ok.json", "-q", "--trace", "otlp=" + collector.url()});
  BOOST_TEST(ran.code == 0);
  BOOST_TEST(ran.err == "troupe: warning: the trace was not sent: answered with 500: no disk\n");
}

BOOST_AUTO_TEST_CASE(headers_are_read_as_the_environment_writes_them) {
  using map = std::map<std::string, std::string>;
  auto read_list = troupe::cli::read_header_list;
  BOOST_TEST((read_list("a=1, b = x%3Dy%2C ,c=") == map{{"a", "1"}, {"b", "x=y,"}, {"c", ""}}));
  BOOST_TEST((read_list("a=%zz%4,nothing,=x") == map{{"a", "%zz%4"}}));
  BOOST_TEST(read_list("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
