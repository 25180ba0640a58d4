// SPDX-License-Identifier: Apache-2.0
#include "config/needs.hpp"

#include "config/bundle.hpp"
#include "config/node_index.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr auto document =
  "{'troupe': 1, 'inputs': {'a': {}, 'b': {}}, 'context': {'k': {'value': 1}, 'm': {'value': 2}},"
  " 'env': ['HOME'], 'secrets': ['KEY'], 'limits': {'slow': {'concurrency': 1}}, 'pipeline': ["
  " {'id': 'one', 'type': 'echo'}, {'id': 'two', 'type': 'echo'}, {'id': 'three', 'type': 'echo'},"
  " {'id': 'far', 'place': {'spread': true}, 'batch': ['${inputs.b}'], 'sequence': ["
  "  {'id': 'x', 'type': 'template', 'params': {'text': '${inputs.a} ${context.k} ${one} ${item}'},"
  "   'limit': 'slow', 'idempotent': false},"
  "  {'id': 'y', 'type': 'jq', 'params': {'program': '$two + .'},"
  "   'when': '$steps.three.metrics.cost_usd == null'},"
  "  {'id': 'z', 'type': 'shell', 'params': {'command': 'echo ${env.HOME} ${secret.KEY} "
  "${x}'}}]}]}";

const plan::node& far(const flow& x) { return *x.plan()->index->find("0:far"); }

} // namespace

BOOST_AUTO_TEST_SUITE(needs_suite)

BOOST_AUTO_TEST_CASE(a_branch_takes_along_what_it_reads_and_nothing_else) {
  auto flow = must_parse(document);
  auto needs = plan::needs_of_body(far(flow));
  auto& list = std::get<plan::sequence>(flow.plan()->root.body).children;
  BOOST_TEST((needs.inputs == plan::needs::members{{"a"}, false}));
  BOOST_TEST((needs.context == plan::needs::members{{"k"}, false}));
  BOOST_TEST((needs.environment == std::set<std::string>{"HOME"}));
  BOOST_TEST((needs.secrets == std::set<std::string>{"KEY"}));
  BOOST_TEST((needs.outputs.contains(*list[0].slot) && needs.outputs.contains(*list[1].slot)));
  BOOST_TEST((needs.results == std::set<result_slot>{*list[2].slot}));
  BOOST_TEST(needs.names.contains(list[3].batch->item));
  BOOST_TEST((needs.kinds == std::set<std::string>{"jq", "shell", "template"}));
  BOOST_TEST((needs.limits == std::set<std::string>{"slow"}));
  BOOST_TEST(!needs.may_repeat);
}

BOOST_AUTO_TEST_CASE(a_step_of_the_users_own_takes_along_the_whole_context) {
  auto kinds = built_in_kinds();
  kinds.add_inline("own", [](const step_input& in) -> step_output { return in.input; });
  auto flow = must_parse("{'troupe': 1, 'pipeline': [{'id': 'far', 'place': {'spread': true}, "
                         "'type': 'own'}]}",
                         kinds);
  BOOST_TEST(plan::needs_of_body(far(flow)).context.all);
}

BOOST_AUTO_TEST_CASE(a_plan_is_the_same_wherever_its_documents_are_read) {
  scratch_folder folder;
  folder.write("inner.json", quoted("{'troupe': 1, 'inputs': {'n': {}}, 'pipeline': [{'id': 'in', "
                                    "'type': 'echo', 'params': {'value': '${inputs.n}'}}]}"));
  folder.write("outer.json",
               quoted("{'troupe': 1, 'pipeline': [{'id': 'a', 'type': 'own'}, {'id': 'both', "
                      "'parallel': {'z': {'type': "
                      "'echo'}, 'y': {'type': 'echo', 'input': '${a}'}}}, {'id': 'far', "
                      "'place': {'spread': true}, 'call': 'inner.json', 'with': {'n': '${a}'}}]}"));
  auto kinds = built_in_kinds();
  kinds.add_inline("own", [](const step_input& in) -> step_output { return in.input; });
  auto here = load_flow("outer.json", kinds);
  BOOST_REQUIRE(here);
  // Somewhere else neither the files nor all of the kinds are there.
  scratch_folder elsewhere;
  auto there = config::plan_from_bundle(*here->plan()->documents, built_in_kinds());
  BOOST_REQUIRE_MESSAGE(there, (there ? "" : there.error().at(0).message));
  BOOST_TEST((*there)->index->all().size() == here->plan()->index->all().size());
  for (auto& [key, node] : here->plan()->index->all()) {
    auto same = (*there)->index->find(key);
    BOOST_REQUIRE_MESSAGE(same, key);
    BOOST_TEST((same->slot == node->slot && same->type == node->type), key);
  }
  auto& both = std::get<plan::sequence>((*there)->root.body).children.at(1);
  BOOST_TEST(std::get<plan::parallel>(both.body).branches.at(0).id == "z"); // as it was written
}

BOOST_AUTO_TEST_CASE(text_that_is_no_bundle_is_refused) {
  for (std::string text : {"", "[]", "{}", "{'documents': 1}", "{'documents': [], 'beside': []}"})
    BOOST_TEST(!config::plan_from_bundle(quoted(text), built_in_kinds()), text);
}

BOOST_AUTO_TEST_SUITE_END()
