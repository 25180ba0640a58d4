// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/running.hpp"

#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <latch>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace {

std::string node(const std::string& url, const std::string& more = "",
                 const std::string& wrap = "") {
  return "{'id': 'h', 'type': 'http', 'params': {'url': '" + url + "'" +
         (more.empty() ? "" : ", " + more) + "}" + (wrap.empty() ? "" : ", " + wrap) + "}";
}

/// That many nodes without ids.
std::string several(int count, const std::string& url) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += (i ? ", " : "") + std::string{"{'type': 'http', 'params': {'url': '"} + url + "'}}";
  return all;
}

struct http_fixture : engine_fixture {
  json get(const std::string& url, const std::string& more = "", value inputs = {}) {
    return output_of(node(url, more), std::move(inputs));
  }
  error refused(const std::string& url, const std::string& more = "",
                const std::string& wrap = "") {
    return error_of(node(url, more, wrap));
  }
};

reply text(const std::string& body) { return {200, body, "text/plain"}; }

/// Tells what it was asked, as JSON.
reply mirror(const received& x) {
  auto out = json{{"method", x.method}, {"path", x.path}, {"body", x.body}};
  for (auto& [name, value] : x.headers)
    out["headers"][name] = value;
  for (auto& [name, value] : x.query)
    out["query"][name] = value;
  return {200, out.dump()};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_suite, http_fixture)

BOOST_AUTO_TEST_CASE(a_response_comes_as_json_text_or_base64) {
  http_server server{[](const received& x) -> reply {
    if (x.path == "/json")
      return {201, R"({"a": [1]})", "application/json; charset=utf-8", {{"X-Fact", "yes"}}};
    if (x.path == "/binary")
      return {200, "\xFF\x01", "application/octet-stream"};
    return text("plain");
  }};
  auto out = get(server.url("/json"));
  BOOST_TEST(out.at("response") == json({{"a", {1}}}));
  BOOST_TEST(out.at("status_code") == 201);
  BOOST_TEST(out.at("response_headers").at("x-fact") == "yes");
  BOOST_TEST(out.at("response_time").is_number());
  BOOST_TEST(get(server.url("/text")).at("response") == "plain");
  BOOST_TEST(get(server.url("/binary")).at("response") == "/wE=");
  BOOST_TEST(get(server.url("/binary")).at("response_is_binary") == true);
}

BOOST_AUTO_TEST_CASE(what_is_sent_is_what_the_params_say) {
  http_server server{mirror};
  auto seen = [&](const std::string& more) { return get(server.url("/x"), more).at("response"); };
  auto plain =
    seen("'params': {'q': 'a b&c', 'n': 1}, 'headers': {'X-One': 'two'}, 'auth_token': 't0ken'");
  BOOST_TEST(plain.at("method") == "GET");
  BOOST_TEST(plain.at("query") == json({{"q", "a b&c"}, {"n", "1"}}));
  BOOST_TEST(plain.at("headers").at("x-one") == "two");
  BOOST_TEST(plain.at("headers").at("authorization") == "Bearer t0ken");
  auto posted = seen("'body': {'a': 1}, 'api_key': 'k', 'api_key_header': 'X-Mine'");
  BOOST_TEST(posted.at("method") == "POST");
  BOOST_TEST(posted.at("body") == R"({"a":1})");
  BOOST_TEST(posted.at("headers").at("content-type") == "application/json");
  BOOST_TEST(posted.at("headers").at("x-mine") == "k");
  BOOST_TEST(seen("'method': 'PUT', 'body': 'raw', 'headers': {'content-type': 'text/x'}")
               .at("headers")
               .at("content-type") == "text/x");
  BOOST_TEST(seen("'method': 'DELETE'").at("method") == "DELETE");
  BOOST_TEST(seen("'method': 'POST'").at("headers").at("content-length") == "0");
}

BOOST_AUTO_TEST_CASE(data_in_a_url_stays_data) {
  http_server server{mirror};
  auto inputs = value{json{{"base", server.url()}, {"id", "../a b?x=1&y#z%"}}};
  auto seen = get("${inputs.base}/items/${inputs.id}?k=${inputs.id}", "", inputs).at("response");
  BOOST_TEST(seen.at("path") == "/items/../a b?x=1&y#z%");
  BOOST_TEST(seen.at("query").at("k") == "../a b?x=1&y#z%");
  auto why = error_of(node(server.url(), "'headers': {'X-A': '${inputs.x}'}"),
                      value{json{{"x", "a\r\nX-Evil: 1"}}});
  BOOST_TEST((why.code == errc::invalid_input));
  BOOST_TEST(why.message == "the header `X-A` must not hold a line break or a NUL byte");
  BOOST_TEST((refused(server.url(), "'headers': {'X A': 'b'}").code == errc::invalid_input));
  BOOST_TEST(server.requests == 1);
}

BOOST_AUTO_TEST_CASE(a_status_that_is_a_failure_says_what_the_service_said) {
  http_server server{[](const received& x) -> reply {
    if (x.path == "/provider")
      return {400, R"({"error": {"message": "no such\nmodel"}})"};
    if (x.path == "/html")
      return {503, "<html>long</html>", "text/html"};
    return {404, "nothing here", "text/plain"};
  }};
  auto why = refused(server.url("/provider?key=s3cret"));
  BOOST_TEST((why.code == errc::http_status));
  BOOST_TEST(why.message == "GET " + server.url("/provider") + ": 400 Bad Request: no such model");
  BOOST_TEST(!is_retryable(why));
  BOOST_TEST(why.details.at("status_code") == 400);
  BOOST_TEST(refused(server.url("/html")).message ==
             "GET " + server.url("/html") + ": 503 Service Unavailable");
  BOOST_TEST(is_retryable(refused(server.url("/html"))));
  BOOST_TEST(refused(server.url()).message ==
             "GET " + server.url() + ": 404 Not Found: nothing here");
  BOOST_TEST(get(server.url(), "'expect': [200, 404]").at("status_code") == 404);
  BOOST_TEST((refused(server.url("/provider"), "'expect': [200]").code == errc::http_status));
}

BOOST_AUTO_TEST_CASE(a_retry_after_that_does_not_fit_fails_at_once_with_the_last_error) {
  http_server server{[](const received&) -> reply {
    return {429, R"({"message": "slow down"})", "application/json", {{"Retry-After", "3600"}}};
  }};
  auto result = run(node(server.url(), "", "'retry': 3, 'deadline': '60s'"));
  BOOST_TEST(result.error->message == "GET " + server.url() + ": 429 Too Many Requests: slow down");
  BOOST_TEST(result.error->details.at("retry_after") == 3600);
  BOOST_TEST(server.requests == 1);
  result = run(node(server.url(), "", "'retry': {'attempts': 3, 'max_elapsed': '60s'}"));
  BOOST_TEST((result.error->code == errc::http_status));
  BOOST_TEST(server.requests == 2);
}

BOOST_AUTO_TEST_CASE(a_failure_that_passes_is_tried_again) {
  std::atomic<int> calls = 0;
  http_server server{[&](const received&) -> reply {
    switch (++calls) {
    case 1:
      return {500, "oops", "text/plain"};
    case 2:
      return {429, "", "text/plain", {{"Retry-After", "0"}}};
    default:
      return text("at last");
    }
  }};
  auto result = run(node(server.url(), "", "'retry': {'attempts': 5, 'initial': '1ms'}"));
  BOOST_REQUIRE(result.success());
  BOOST_TEST(result.output.find("response")->text() == "at last");
  BOOST_TEST(result.tree->children[0]->attempts == 3);
}

BOOST_AUTO_TEST_CASE(slow_headers_and_a_slow_body_end_when_the_time_is_up) {
  raw_server headers{[](int socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\nX-Slow: ");
    wait_for_close(socket);
  }};
  BOOST_TEST((refused(headers.url(), "", "'timeout': '50ms'").code == errc::timeout));
  raw_server body{[](int socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    wait_for_close(socket);
  }};
  BOOST_TEST((refused(body.url(), "", "'timeout': '50ms'").code == errc::timeout));
  while (headers.ended + body.ended < 2) // both connections have been closed
    std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(a_broken_response_is_a_connection_that_failed) {
  auto answer_with = [](const std::string& response) {
    return [response](int socket) {
      read_request(socket);
      write_text(socket, response);
    };
  };
  raw_server chunked{
    answer_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n")};
  auto why = refused(chunked.url("/x"));
  BOOST_TEST((why.code == errc::connection_failed));
  BOOST_TEST(why.message == "GET " + chunked.url("/x") +
                              ": Illegal or missing hexadecimal sequence in chunked-encoding");
  BOOST_TEST(is_retryable(why));
  raw_server cut{answer_with("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")};
  BOOST_TEST(refused(cut.url("/x")).message ==
             "GET " + cut.url("/x") + ": transfer closed with 96 bytes remaining to read");
  raw_server garbage{answer_with("\x16\x03\x01 what?\r\n")};
  BOOST_TEST(refused(garbage.url("/x")).message ==
             "GET " + garbage.url("/x") + ": Received HTTP/0.9 when not allowed");
  raw_server reset{[](int socket) {
    read_request(socket);
    linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }};
  BOOST_TEST(refused(reset.url("/x")).message ==
             "GET " + reset.url("/x") + ": Recv failure: Connection reset by peer");
  raw_server silent{[](int socket) { read_request(socket); }};
  BOOST_TEST(refused(silent.url("/x")).message ==
             "GET " + silent.url("/x") + ": Empty reply from server");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_told_at_once) {
  std::string closed;
  {
    raw_server gone{[](int) {}};
    closed = gone.url("/x");
  }
  auto why = refused(closed);
  BOOST_TEST((why.code == errc::connection_failed));
  BOOST_TEST(why.message.find("Connection refused") != std::string::npos, why.message);
  BOOST_TEST((refused("http://nowhere.invalid/").code == errc::connection_failed));
}

BOOST_AUTO_TEST_CASE(an_endless_body_and_a_bomb_end_at_max_bytes) {
  raw_server endless{[](int socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\n\r\n");
    std::string block(65'536, 'x');
    while (::send(socket, block.data(), block.size(), MSG_NOSIGNAL) > 0) {
    }
  }};
  auto why = refused(endless.url("/x"), "'max_bytes': 1000000");
  BOOST_TEST((why.code == errc::payload_too_large));
  BOOST_TEST(
    why.message ==
    "GET " + endless.url("/x") +
      ": the response is larger than 1000000 bytes (`max_bytes`), or its headers than 256 KiB");
  scratch_folder here;
  BOOST_REQUIRE(std::system("head -c 100000000 /dev/zero | gzip > bomb.gz") == 0);
  auto bomb = here.read("bomb.gz");
  http_server server{[&](const received&) -> reply {
    return {200, bomb, "text/plain", {{"Content-Encoding", "gzip"}}};
  }};
  BOOST_TEST((refused(server.url()).code == errc::payload_too_large));
  raw_server headers{[](int socket) {
    read_request(socket);
    write_text(socket, "HTTP/1.1 200 OK\r\n");
    while (::send(socket, "X-More: and more\r\n", 18, MSG_NOSIGNAL) > 0) {
    }
  }};
  BOOST_TEST((refused(headers.url()).code == errc::payload_too_large));
}

BOOST_AUTO_TEST_CASE(redirects_are_followed_and_bounded) {
  http_server server{[](const received& x) -> reply {
    if (x.path == "/loop")
      return {302, "", "text/plain", {{"Location", "/loop"}}};
    if (x.path == "/there")
      return {301, "", "text/plain", {{"Location", "here?q=1"}}};
    if (x.path == "/keep")
      return {308, "", "text/plain", {{"Location", "/here"}}};
    return mirror(x);
  }};
  auto seen = get(server.url("/there"), "'body': 'x'").at("response");
  BOOST_TEST(seen.at("path") == "/here");
  BOOST_TEST(seen.at("method") == "GET"); // as browsers do after a 301
  BOOST_TEST(seen.at("body") == "");
  seen = get(server.url("/keep"), "'body': 'x'").at("response");
  BOOST_TEST(seen.at("method") == "POST");
  BOOST_TEST(seen.at("body") == "x");
  BOOST_TEST(refused(server.url("/loop")).message ==
             "GET " + server.url("/loop") + ": more than 10 redirects");
  BOOST_TEST(get(server.url("/loop"), "'follow_redirects': false, 'expect': [302]")
               .at("response_headers")
               .at("location") == "/loop");
}

BOOST_AUTO_TEST_CASE(credentials_stay_with_their_host) {
  http_server other{mirror};
  http_server first{[&](const received& x) -> reply {
    if (x.path == "/same")
      return {302, "", "text/plain", {{"Location", "/seen"}}};
    if (x.path == "/seen")
      return mirror(x);
    return {307, "", "text/plain", {{"Location", other.url("/elsewhere")}}};
  }};
  auto with = "'auth_token': 't0ken', 'api_key': 'k3y', 'headers': {'Cookie': 'c', 'X-Auth': 'a', "
              "'Accept': 'x/y'}";
  auto same = get(first.url("/same"), with).at("response").at("headers");
  BOOST_TEST(same.contains("authorization"));
  auto seen = get(first.url(), with).at("response").at("headers");
  BOOST_TEST(seen.at("accept") == "x/y");
  for (auto name : {"authorization", "x-api-key", "cookie", "x-auth"})
    BOOST_TEST(!seen.contains(name), name);
}

BOOST_AUTO_TEST_CASE(json_that_is_none_is_told) {
  http_server server{[](const received& x) -> reply {
    if (x.path == "/deep")
      return {200, std::string(1000, '[') + std::string(1000, ']')};
    return {200, "<html>sorry</html>"};
  }};
  auto why = refused(server.url("/x"));
  BOOST_TEST((why.code == errc::invalid_output));
  BOOST_TEST(why.message ==
             "GET " + server.url("/x") +
               ": the response says that it is JSON, and is not, or is nested too deep: "
               "\"<html>sorry</html>\"");
  BOOST_TEST((refused(server.url("/deep")).code == errc::invalid_output));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_nobody_vouches_for_is_refused) {
  scratch_folder here;
  http_server server{mirror, http_server::transport::tls};
  auto why = refused(server.url("/x"));
  BOOST_TEST((why.code == errc::connection_failed));
  BOOST_TEST(why.message ==
             "GET " + server.url("/x") + ": SSL certificate problem: self-signed certificate");
  BOOST_TEST(!is_retryable(why));
  engine_fixture trusting{{.steps = {.http = {.ca_file = http_server::certificate_file()}}}};
  BOOST_TEST(trusting.run(node(server.url("/x"))).success());
  auto elsewhere = "https://localhost:" + std::to_string(server.port());
  BOOST_TEST(
    trusting.error_of(node(elsewhere)).message.find("no alternative certificate subject name") !=
    std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_http_url_is_refused) {
  for (auto url : {"file:///etc/passwd", "gopher://x/", "ftp://x/", "http://", "http://[::1",
                   "http://a b/", "", "://x"})
    BOOST_TEST((refused(url).code == errc::invalid_input), url);
}

BOOST_AUTO_TEST_CASE(under_the_strict_policy_no_spelling_reaches_a_private_address) {
  http_server server{mirror};
  engine_fixture strict{{.steps = {.http = {.allow_private = false}}}};
  for (std::string host : {"127.0.0.1",
                           "127.1",
                           "127.0.1",
                           "127.255.255.254",
                           "2130706433",
                           "0x7f000001",
                           "0x7f.1",
                           "0177.0.0.1",
                           "017700000001",
                           "0",
                           "0.0.0.0",
                           "localhost",
                           "LOCALHOST",
                           "localhost.",
                           "10.0.0.1",
                           "10.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "192.168.257",
                           "3232235777",
                           "169.254.169.254",
                           "0xa9fea9fe",
                           "2852039166",
                           "100.64.0.1",
                           "192.0.0.8",
                           "198.18.0.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "%31%32%37.0.0.1",
                           "[::1]",
                           "[::]",
                           "[0:0:0:0:0:0:0:1]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[::127.0.0.1]",
                           "[fe80::1]",
                           "[fc00::1]",
                           "[fd12:3456::1]",
                           "[64:ff9b::7f00:1]",
                           "[64:ff9b::10.0.0.1]",
                           "[2002:7f00:1::]",
                           "[ff02::1]",
                           "[::ffff:0:7f00:1]",
                           "[4000::1]",
                           "[1::1]",
                           "①②⑦.⓪.⓪.①",
                           "user@127.0.0.1",
                           "example.com@127.0.0.1"}) {
    auto why = strict.error_of(node("http://" + host + ":" + std::to_string(server.port()) + "/"));
    auto is_unknown = why.message.find("Could not resolve") != std::string::npos;
    BOOST_TEST((why.code == errc::denied || why.code == errc::invalid_input || is_unknown),
               host + ": " + why.message);
  }
  BOOST_TEST(server.requests == 0);
  BOOST_TEST(strict.error_of(node("http://127.0.0.1:1/x")).message ==
             "GET http://127.0.0.1:1/x: the name leads to a private address (`allow_private`)");
}

BOOST_AUTO_TEST_CASE(a_connection_made_for_others_is_not_used_under_the_strict_policy) {
  http_server server{[](const received&) { return text("x"); }};
  get(server.url());
  auto why = refused(server.url(), "'allow_private': false"); // the connection is still open
  BOOST_TEST((why.code == errc::denied));
  BOOST_TEST(server.requests == 1);
}

BOOST_AUTO_TEST_CASE(a_cancel_closes_the_connection) {
  std::latch waiting{3};
  raw_server server{[&](int socket) {
    read_request(socket);
    waiting.count_down();
    wait_for_close(socket);
  }};
  auto run = engine.submit(nodes("{'id': 'g', 'parallel': [" + several(3, server.url()) + "]}"));
  waiting.wait();
  run.cancel();
  BOOST_TEST((run.result().status == status::cancelled));
  while (server.ended < 3) // seen from the server
    std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(beyond_the_cap_requests_queue) {
  std::atomic<int> now = 0, most = 0;
  std::latch two{2};
  http_server server{[&](const received&) {
    auto here = ++now;
    for (auto seen = most.load(); here > seen && !most.compare_exchange_weak(seen, here);) {
    }
    if (here <= 2 && !two.try_wait())
      two.arrive_and_wait(); // so that two are in at once
    --now;
    return text("x");
  }};
  engine_fixture small{{.steps = {.http = {.max_connections = 2}}}};
  BOOST_TEST(small.run("{'parallel': [" + several(20, server.url()) + "]}").success());
  BOOST_TEST(server.requests == 20);
  BOOST_TEST(most == 2);
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_answer_keeps_nobody_else_waiting) {
  raw_server silent{wait_for_close};
  std::atomic<int> silent_then = 0;
  http_server quick{[&](const received&) {
    silent_then = silent.accepted.load();
    return text("x");
  }};
  engine_fixture small{{.steps = {.http = {.max_connections = 3, .max_connections_per_host = 2}}}};
  auto result =
    small.run("{'merge': 'first_success', 'parallel': [" + several(10, silent.url()) +
              ", {'id': 'quick', 'type': 'http', 'params': {'url': '" + quick.url() + "'}}]}");
  BOOST_TEST(result.success());
  BOOST_TEST(silent_then <= 2);
}

BOOST_AUTO_TEST_CASE(many_requests_use_one_connection_and_leave_no_descriptor) {
  http_server server{[](const received&) { return text("x"); }};
  get(server.url());
  auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  auto before = descriptors();
  auto x = nodes(several(500, server.url()));
  for (int i = 0; i < 20; ++i)
    BOOST_REQUIRE(engine.run(x).success());
  BOOST_TEST(server.requests == 10'001);
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
