// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/property/joining.hpp"
#include "tests/property/reading.hpp"
#include "tests/property/simulation.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

using moment = int64_t; ///< ms since the run began
constexpr moment never = 1'000'000'000'000;

/// In what a node starts.
struct scene {
  moment start = 0;
  moment stop = never; ///< when somebody above would tell it to stop
  nlohmann::json input;
  nlohmann::json context;
  std::map<std::string, nlohmann::json> outputs; ///< of earlier nodes, by id
  int tries = 1;

  sight seen() const { return {input, context, outputs, {}}; }
};

/// How a node ended, as far as its parent and later nodes care.
struct ending {
  moment end = 0;
  status how = status::succeeded;
  nlohmann::json output;
  delta changes = {};
  std::map<std::string, nlohmann::json> left = {}; ///< outputs that later nodes may read, by id
  bill spent = {};
  std::optional<double> quality = {};
  std::string action = {};

  bool success() const { return how == status::succeeded || how == status::degraded; }
  bool ok() const { return success() || how == status::skipped; }
};

/// What a body gives if nothing stops it.
struct natural_end {
  moment at = never;
  status how = status::succeeded;
  std::set<std::string> codes = {}; ///< one of these, if it failed
  std::optional<nlohmann::json> output = {};
  std::optional<nlohmann::json> output_of_failure = {}; ///< null if there is nothing else
};

/// When a group needed no more of its branches, and of which it had a success by then.
struct early_end {
  moment at = never;
  bool has_failed = false;
  std::set<size_t> used = {};
};

/// Walks a document and a result tree together.
class referee {
public:
  referee(const document& flow, const performance& what);
  std::vector<std::string> judge();

private:
  // Wrappers, from the outside in.
  ending whole(const document& node, const step_result& r, scene s);
  ending batch(const document& node, const step_result& r, const scene& s);
  void add_up(const document& node, const document& spec, const step_result& r, const scene& s,
              const std::vector<nlohmann::json>& parts, const std::vector<ending>& all,
              natural_end& natural, ending& e);
  ending item(const document& node, const step_result& r, const scene& s);
  ending fallen_back(const document& node, const step_result& r, const scene& s);
  ending guarded(const document& node, const step_result& r, const scene& s);
  ending retried(const document& node, const step_result& r, const scene& s, moment limit);
  ending cancelled_retry(const document& node, const step_result& r, const scene& s);
  ending body(const document& node, const step_result& r, const scene& s, moment limit);
  ending without_actor(const step_result& r, const scene& s, const std::string& code);

  // Bodies.
  ending step(const document& node, const step_result& r, const scene& s, moment limit);
  ending sequence(const document& node, const document& children, const step_result& r,
                  const scene& s, moment limit);
  ending jumping(const document& node, const document& children, const step_result& r,
                 const scene& s, moment limit);
  ending conclude(const document& node, const step_result& r, const scene& s, moment limit,
                  natural_end natural, moment last, ending e);
  ending loop(const document& node, const step_result& r, const scene& s, moment limit);
  ending call(const document& node, const step_result& r, const scene& s, moment limit);
  struct graph_walk;
  ending graph(const document& node, const step_result& r, const scene& s, moment limit);
  ending depending(const document& node, const document& list, const step_result& r, const scene& s,
                   moment limit);
  ending walked(const document& node, const document& nodes, const document& edges,
                const step_result& r, const scene& s, moment limit);
  ending conclude_graph(const document& node, const document& nodes, const step_result& r,
                        const scene& s, moment limit, const graph_walk& w, moment decided,
                        const std::set<std::string>& causes);
  std::string policy_for(const document& rules, const std::string& key) const;
  void check_failed_list(const step_result& r, const nlohmann::json& list, ending& e);
  ending choice(const document& node, const step_result& r, const scene& s, moment limit);
  ending parallel(const document& node, const step_result& r, const scene& s, moment limit);
  nlohmann::json list_of(const step_result& r, size_t most) const;
  ending not_needed(const step_result& x, moment turn);
  std::vector<ending> branches(const document& node, const step_result& r, const scene& s,
                               moment stop);
  void outcome(const document& node, const step_result& r, const scene& s, moment stop,
               const std::vector<ending>& all, natural_end& natural, ending& e);
  std::vector<size_t> arrivals(const step_result& r, size_t count) const;
  early_end early_end_of(const document& node, const step_result& r, size_t count) const;
  void elect(const document& node, const step_result& r, const scene& s,
             const std::vector<ending>& all, natural_end& natural, ending& e);
  void reduce(const document& node, const step_result& r, const scene& s, moment stop,
              std::vector<delta>& changes, natural_end& natural, ending& e);
  nlohmann::json shared_context(const document& node, const scene& s) const;
  void pick(const document& node, const step_result& r, const scene& s,
            const std::vector<ending>& all, natural_end& natural, ending& e);
  std::vector<std::optional<double>> scores(const document& score, const step_result& r,
                                            const scene& s, const std::vector<ending>& all,
                                            natural_end& natural, ending& e);
  void merge_changes(const document& node, const scene& s, const std::vector<delta>& wanted,
                     natural_end& natural, ending& e);
  void check_times(const step_result& r, const scene& s, moment limit, const natural_end& natural,
                   moment last);
  void check_result(const document& node, const step_result& r, const scene& s, natural_end natural,
                    ending& e);

  // Stand-in steps.
  natural_end script(const document& node, const std::string& path, const scene& s);
  const call_record* call_at(const std::string& path, const scene& s);
  bill explain_call(const document& node, const std::string& path, const scene& s, bool by_itself);
  bill bill_for(const document& node, const scene& s, bool by_itself);
  moment grace_of(const document& node, const std::string& path, const scene& s);
  moment excuse_calls_below(const std::string& path, moment from, moment to);
  moment pause_after(const document& retry, int n, const nlohmann::json& error) const;
  bool is_retried(const document& node, const scene& s, int tries, moment end,
                  const nlohmann::json& error) const;

  /// The last result of an instance that ended within this time; null: none did.
  const step_result* ended_within(const std::string& path, moment from, moment to) const;
  /// A branch or child whose turn never came.
  bool has_not_begun(const step_result& r) const;
  /// The child of this path, if it has begun.
  const step_result* child_of(const step_result& r, const std::string& path) const;

  void check_events();
  void check_run(const ending& root);
  void want(bool is_so, const std::string& path, const std::string& wanted,
            const std::string& found);
  void want_same(const std::string& path, const std::string& what, const nlohmann::json& wanted,
                 const nlohmann::json& found);

  const document& document_;
  const document* flow_; ///< the one that is called
  const performance& what_;
  std::vector<std::string> complaints_;
  std::multimap<std::string, const call_record*> calls_; ///< by path; those not yet explained
  std::multimap<std::string, const step_result*> ended_; ///< by path
  std::set<const step_result*> told_;                    ///< those that ended, by a message
};

nlohmann::json begin_of(const document& flow);
moment ms_of(duration x);
moment start_of(const step_result& r);
moment end_of(const step_result& r);
/// `"5ms"`; never if it is not there.
moment time_in(const document& node, const char* key);
/// That the node's own time was up.
bool is_late(const step_result& r);
std::string text(moment x);
/// The path of something inside; the second visit is `name#2`.
std::string inside(const std::string& path, const std::string& name, size_t visit = 1);
/// The path of a node that may be visited again: the visits of a loop, which has rounds, are
/// counted from the first on.
std::string inside(const std::string& path, const document& node, size_t visit);
/// Every id in a node, its own too.
std::set<std::string> ids_in(const document& node);
std::string code_of(const step_result& r);

} // namespace troupe::test
