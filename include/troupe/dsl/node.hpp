// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/merging.hpp"
#include "troupe/dsl/piece.hpp"
#include "troupe/duration.hpp"
#include "troupe/errc.hpp"
#include "troupe/export.hpp"
#include "troupe/registry.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Nodes, as values. A function or a member is called as the key of documents is that it writes;
// docs/flows.md says what each does. What is wrong is told when the flow is built, as for a
// document.
namespace troupe::dsl {

/// When a failed node is tried again.
struct retry_options {
  int attempts = 1; ///< in total
  std::optional<duration> initial = {};
  std::optional<double> factor = {};
  std::optional<duration> max = {};
  std::string jitter = {}; ///< `full` or `none`; empty: full
  std::vector<errc> on = {};
  std::optional<duration> max_elapsed = {};
};

/// What may be spent.
struct budget_options {
  std::optional<double> cost_usd = {};
  std::optional<int64_t> tokens = {}, steps = {};
  std::optional<troupe::duration> duration = {};
};

/// What a step will probably spend.
struct estimate {
  std::optional<double> cost_usd = {};
  std::optional<int64_t> tokens = {};
};

struct cache_options {
  std::optional<duration> ttl = {}; ///< nothing: for ever
  written key = {};                 ///< a template; null: as the step is written
};

/// A step, a group, or a list of nodes that run one after another, which is a `sequence` as soon as
/// something is said of it. Immutable: each member gives another node. The order in which they are
/// called is of no meaning.
class [[nodiscard]] TROUPE_EXPORT node {
public:
  explicit node(piece x) : content_{std::move(x)} {}
  /// An object, or a list of nodes.
  const piece& content() const& { return content_; }
  piece content() && { return std::move(content_); }

  // Of any node.
  node id(const std::string& name) const;
  node enabled(bool is_there) const;
  node meta(written object) const;
  node when(std::string jq) const;
  node input(written given) const;
  node set(const std::string& key, written given) const;
  node exports(std::vector<std::string> keys) const;
  node returns(written schema) const;
  node timeout(duration of_one_attempt) const;
  node deadline(duration of_all_attempts) const;
  node retry(int attempts) const;
  node retry(const retry_options& how) const;
  /// One more node that stands in when those before it have failed.
  node fallback(node backup) const;
  node fallback(std::vector<node> backups) const;
  node fallback_on(const std::vector<errc>& codes) const;
  node undo(node how) const;
  node budget(const budget_options& most) const;
  node cache(const cache_options& how = {}) const;
  node place(written where) const;
  /// The node's id, or `end`: where the flow goes on.
  node next(std::string target) const;
  /// Likewise, for one action.
  node next(const std::string& action, std::string target) const;
  node action(std::string jq_or_template) const;
  node max_visits(int most) const;
  node depends_on(std::vector<std::string> ids) const;
  /// With a list, or a template for one: the node runs once for each item.
  node batch(written items) const;

  // Of a batch.
  node as(std::string name) const;
  node concurrently(std::optional<int> at_most = {}) const;
  node batch_size(int items) const;
  node tolerated(int failures) const;
  node tolerated(std::string share) const; ///< such as `10%`
  node on_item_error(std::string rule) const;

  // Of a step.
  node model(written name) const;
  node limit(std::string name) const; ///< one more
  node expects(const estimate& spent) const;
  node price(written usd) const;
  node idempotent(bool is_so = true) const;

  // Of a group.
  node on_error(std::string rule) const;

  // Of a parallel group.
  node max_workers(int most) const;
  node min_success(int least) const;
  node merge(merging how) const;
  node merge(std::string_view name) const; ///< a strategy, or a function of the registry
  node merge(list_fn run) const;
  node split(std::string_view name) const; ///< likewise
  node split(list_fn run) const;
  node split_by(std::string jq) const;
  node hedge(duration after) const;
  node share(std::vector<std::string> keys) const;
  /// `policy`: its name, a function of the registry, or `{{"jq", program}}`.
  node context_merge(const std::string& key, written policy) const;
  /// As `registry::add_context_merge` says.
  node context_merge(const std::string& key, list_fn run) const;

  // Of a loop.
  node repeat_while(std::string jq) const;
  node until(std::string jq) const;
  node max_iterations(int most) const;
  node on_limit(std::string rule) const;
  node carry(written given) const;

private:
  node with(const char* key, written x) const;
  node with_inner(const char* key, const std::string& inner, written x) const;
  node with_piece(const char* key, piece x) const;
  written& object();

  piece content_;
};

/// One after the other. Lists join: `a >> (b >> c)` is `a >> b >> c`. Copies a `before` that has a
/// name: where a list grows in a loop, use `>>=` or `sequence`.
TROUPE_EXPORT node operator>>(node before, node after);
/// Puts `after` behind what is there, without copying that.
inline node& operator>>=(node& before, node after) {
  return before = std::move(before) >> std::move(after);
}

// An empty id leaves the name to the place where the node stands.

TROUPE_EXPORT node step(std::string id, std::string kind, written params = {});
// A function of C++; what it may do is that of `registry::add`, `add_inline` and `add_async`.
TROUPE_EXPORT node step(std::string id, plain_fn run, written params = {});
TROUPE_EXPORT node step(std::string id, inline_fn run, written params = {});
TROUPE_EXPORT node step(std::string id, async_fn run, written params = {});

TROUPE_EXPORT node sequence(std::string id, const std::vector<node>& nodes);
node sequence(std::string id, node first, std::same_as<node> auto... rest) {
  return sequence(std::move(id), std::vector<node>{std::move(first), std::move(rest)...});
}

TROUPE_EXPORT node parallel(std::string id, const std::vector<node>& branches);
node parallel(std::string id, node first, std::same_as<node> auto... rest) {
  return parallel(std::move(id), std::vector<node>{std::move(first), std::move(rest)...});
}

/// Runs `each` once for each of the items: a list, or a template for one. What is said of the whole
/// afterwards is said as of any batch: `retry` counts for an item, `when` for all of them.
TROUPE_EXPORT node map(std::string id, written items, node each);

/// One of a choice's ways.
struct way {
  piece content;
};
TROUPE_EXPORT way when(std::string jq, node then);
TROUPE_EXPORT way otherwise(node then);
TROUPE_EXPORT node choice(std::string id, const std::vector<way>& ways);
node choice(std::string id, way first, std::same_as<way> auto... rest) {
  return choice(std::move(id), std::vector<way>{std::move(first), std::move(rest)...});
}

/// Needs `repeat_while`, `until`, or `max_iterations` with `on_limit("stop")`.
TROUPE_EXPORT node loop(std::string id, node body);

struct edge {
  edge(std::string source, std::string target, std::string on_action = {})
    : from{std::move(source)}, to{std::move(target)}, action{std::move(on_action)} {}

  std::string from, to, action;
};
/// `edges` may be empty. A graph of which nothing else is said, alone in a flow, is the pipeline.
TROUPE_EXPORT node graph(std::string id, const std::vector<node>& nodes,
                         const std::vector<edge>& edges);

/// `with`: an object of inputs.
TROUPE_EXPORT node call(std::string id, std::string flow, written with = {});

TROUPE_EXPORT node wait(std::string id, duration time);

struct signal_options {
  written message = {}; ///< a template
  written schema = {};  ///< of the payload; null: any
};
TROUPE_EXPORT node wait_for_signal(std::string id, std::string name,
                                   const signal_options& what = {});

} // namespace troupe::dsl
