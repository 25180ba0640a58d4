// SPDX-License-Identifier: Apache-2.0
#include "cluster/envelope.hpp"
#include "cluster/frame.hpp"
#include "cluster/link.hpp"
#include "config/needs.hpp"
#include "config/node_index.hpp"
#include "config/scope.hpp"
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

/// All that is around a link: the worker, the members, and the branch that it carries.
class link_fixture {
public:
  explicit link_fixture(bool is_private = false) : self_{system_} {
    auto me = std::make_shared<const coordinator_identity>(
      coordinator_identity{"c", {1s, 1min}, size_t{64} << 20, is_private});
    caf::actor all{self_};
    link_ = system_.spawn<link_actor>(all, all, all, me);
  }
  ~link_fixture() { self_->send(link_, close_link{}); }

  template <class T>
  void say(T x) {
    self_->send(link_, std::move(x));
  }
  /// What the worker says.
  void answer(const json& head) { say(envelope{wire::bytes_of(head)}); }

  /// The branch of a flow with one step that names the secret "KEY".
  void ship_step(const value& input, const std::string& secret) {
    auto flow = must_parse("{'troupe': 1, 'secrets': ['KEY'], 'pipeline': [{'id': 'a', 'type': "
                           "'template', 'place': {'spread': true},"
                           " 'params': {'text': '${secret.KEY}'}}]}")
                  .plan();
    branch_order order{.flow = flow, .node = flow->index->find("0:a"), .path = "a"};
    order.needs = std::make_shared<const plan::needs>(plan::needs_of_body(*order.node));
    run_values run{.inputs = value::object({}), .environment = value::object({})};
    run.secrets = value::object({{"KEY", value{json(secret)}}});
    order.begin.input = input;
    order.begin.scope =
      std::make_shared<const scope>(scope{std::make_shared<const run_values>(std::move(run)), {}});
    say(ship{std::make_shared<const branch_order>(std::move(order)), self_, {}});
  }

  /// The bytes of all that is sent up to an item of that name.
  std::string until(const std::string& name) {
    std::string all, envelopes;
    for (auto is_there = false; !is_there;)
      self_->receive(
        [&](const envelope& x) {
          envelopes += x.bytes;
          if (x.goes_on)
            return;
          auto items = wire::items_of(envelopes);
          BOOST_REQUIRE(items);
          for (auto& item : *items)
            is_there |= item.head.at(0) == name;
          all += std::exchange(envelopes, {});
        },
        caf::after(10s) >> [&] { BOOST_FAIL("no " << name); });
    return all;
  }

  /// Why the branch was refused.
  error refusal() {
    error why;
    self_->receive([&](const branch_refused& x) { why = x.why; },
                   caf::after(10s) >> [] { BOOST_FAIL("it was not refused"); });
    return why;
  }

private:
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  caf::scoped_actor self_;
  caf::actor link_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(link_suite)

BOOST_AUTO_TEST_CASE(no_byte_of_a_secret_leaves_in_the_open) {
  for (size_t size : {20, 10'000}) { // the larger one would be shared by branches
    std::string secret(size, 's');
    link_fixture open{false}, closed{true};
    for (auto one : {&open, &closed})
      one->ship_step({}, secret);
    BOOST_TEST((open.until("start").find(secret) == std::string::npos));
    BOOST_TEST((closed.until("start").find(secret) != std::string::npos));
  }
}

BOOST_AUTO_TEST_CASE(a_cancel_takes_nothing_back_but_a_start) {
  link_fixture x;
  x.ship_step(value{json(std::string(outbox::window, 'x'))}, "");
  x.until("start"); // and the worker never says that it has come: all else waits
  x.say(gate_answered{"one", 1, true, ""});
  x.say(signal_given{1, {}});
  x.say(stop_branch{});
  x.until("stop");
}

BOOST_AUTO_TEST_CASE(a_branch_whose_record_cannot_be_read_is_stopped_and_fails) {
  link_fixture x;
  x.ship_step({}, "");
  x.until("start");
  x.answer({"recorded", 1, "a/b", false, "nonsense"});
  BOOST_TEST((x.refusal().code == errc::crashed));
  x.until("stop");
}

BOOST_AUTO_TEST_CASE(a_signal_that_is_too_large_fails_its_branch) {
  link_fixture x;
  x.ship_step({}, "");
  x.until("start");
  x.say(signal_given{1, value{json(std::string(65 << 20, 'x'))}});
  BOOST_TEST((x.refusal().code == errc::payload_too_large));
  x.until("stop");
}

BOOST_AUTO_TEST_SUITE_END()
