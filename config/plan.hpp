// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/jq/programs.hpp"
#include "config/schema.hpp"
#include "config/template/shell_template.hpp"
#include "config/template/value_template.hpp"
#include "troupe/context.hpp"
#include "troupe/diagnostic.hpp"
#include "troupe/duration.hpp"
#include "troupe/limit.hpp"
#include "troupe/registry.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a document becomes: typed, validated, immutable. No document JSON past this.
namespace troupe::plan {

struct node;

/// A jq program, by its number in the flow, and what its variables stand for.
struct expression {
  std::string text = {}; ///< as written
  size_t program = 0;
  std::vector<std::pair<std::string, reference>> variables = {};
};

/// Part of a group's own working, made by the reader: a condition, a template, a pause. A node like
/// any other, which nobody sees.
using helper = std::shared_ptr<const node>;

struct step {
  std::shared_ptr<const step_kind> kind;
  value_template params;
  std::vector<std::pair<std::string, expression>> programs = {};   ///< params of `format: jq`
  std::vector<std::pair<std::string, shell_template>> shells = {}; ///< of `format: shell`
  std::shared_ptr<const config::schema> recheck = {}; ///< null: nothing in the params can change
  std::string input = "any";  ///< the type of data that it takes, as its kind or type says
  std::string output = "any"; ///< likewise, of what it gives
  bool is_helper = false;     ///< not the user's: takes no permit and counts for no budget
  bool is_stub = false;       ///< its kind is not known
  /// A helper that is a function of the host: a merge, a split, or one for contested keys.
  bool is_host_function = false;
  /// Params that have to be a number or a boolean, and may be given as text: those with templates.
  std::vector<std::pair<std::string, nlohmann::json::value_t>> coerced = {};
};

/// Where a node of a sequence leads.
struct jumps {
  static constexpr size_t to_end = static_cast<size_t>(-1);
  std::map<std::string, size_t, std::less<>> by_action = {}; ///< place of a sibling, or `to_end`
};

struct sequence {
  std::vector<node> children;
  std::vector<std::optional<jumps>> next = {}; ///< one for each child; empty: none jumps
};

/// Conditions in order; the first that is true decides.
struct choice {
  std::vector<helper> conditions;
  std::vector<node> branches; ///< one for each, and one more for `else` if there is one
};

enum class on_limit : uint8_t { fail, stop };

struct loop {
  std::vector<node> body; ///< one: a sequence
  helper before = {};     ///< `while`; null: none
  helper after = {};      ///< `until`; null: none
  helper carry = {};      ///< what the next round is given; null: the output of the last
  int max_iterations = 100;
  plan::on_limit on_limit = on_limit::fail;
  name_slot index = 0;
};

enum class on_error : uint8_t { fail_fast, continue_all };

/// The action that an edge without one stands for, and the one of a failed node.
constexpr std::string_view default_action = "default";
constexpr std::string_view error_action = "error";

struct edge {
  size_t from = 0, to = 0;
  std::string action{default_action};
  bool is_back = false; ///< closes a cycle
};

struct graph {
  std::vector<node> nodes;
  std::vector<edge> edges;
  plan::on_error on_error = on_error::fail_fast;
  std::vector<std::vector<size_t>> cycles =
    {};                             ///< by node: those of the cycle that it is the entry of
  std::vector<bool> reachable = {}; ///< by node
};

struct subflow;

/// Another flow, with inputs of its own.
struct call {
  const subflow* target = nullptr; ///< one of the flow's
  helper inputs = {};              ///< gives them
};

/// Until some time has passed, or until somebody sends a signal.
struct wait {
  std::optional<duration> time = {};
  std::string signal = {};
  std::shared_ptr<const config::schema> schema = {}; ///< of the payload; null: any
  nlohmann::json schema_as_written = {};
  value_template message = {};
};

enum class merge_strategy : uint8_t {
  collect_all,
  outputs,
  by_name,
  first_success,
  best_quality,
  combine_outputs,
  quorum,
  majority_vote,
  reduce,
  node,
};

struct merge_rule {
  merge_strategy strategy = merge_strategy::collect_all;
  std::string separator = "\n"; ///< of combine_outputs, between texts
  helper score = {};            ///< of best_quality: gives a number for an output; null: none
  size_t quorum = 1;            ///< how many successes are enough
  helper reducer = {};          ///< of reduce: makes the output of the list of results
  std::vector<plan::node> node; ///< of node: likewise; one
};

enum class split_strategy : uint8_t { duplicate, round_robin, chunk, computed };

struct split_rule {
  split_strategy strategy = split_strategy::duplicate;
  helper program = {}; ///< of computed: gives a list, an input for each branch
};

enum class context_policy : uint8_t {
  last_write_wins,
  first_write_wins,
  error,
  append,
  union_of,
  sum,
  max,
  min,
  deep_merge,
};

/// What settles a key that several branches have changed: a policy; or a helper that gives the
/// value, a jq program over `{base, values}` or a function of the host over `{key, base, values}`.
using context_rule = std::variant<context_policy, helper>;

using context_rules = std::map<std::string, context_rule, std::less<>>;

struct parallel {
  std::vector<node> branches;
  size_t max_workers = 0; ///< 0: all at once
  plan::on_error on_error = on_error::fail_fast;
  size_t min_success = 1;
  merge_rule merge;
  context_rules context_merge = {}; ///< by key; `*` for the others
  split_rule split = {};
  std::optional<duration> hedge_after = {};
  helper hedge =
    {}; ///< a pause of that length before the next branch is started too; null: all start at once
  std::optional<std::vector<std::string>> share = {}; ///< keys of the context that branches see
};

using body = std::variant<step, sequence, parallel, choice, loop, graph, call, wait>;

/// How many failures a batch takes: a number, or a share of the items.
struct tolerance {
  size_t count = 0;
  std::optional<double> percent = {};
  size_t of(size_t items) const;
};

/// Runs a node once for each item.
struct batch {
  helper items;
  name_slot item = 0, index = 0;
  bool parallel = false;
  size_t max_concurrent = 10;
  size_t batch_size = 0; ///< items of one run, as a list; 0: one item, as it is
  plan::on_error on_error = on_error::fail_fast;
  std::optional<plan::tolerance> tolerated = {}; ///< nothing: as many as `on_error` says
  bool rolls_back = false;
};

/// What may be spent; nothing: without bound.
struct budget {
  std::optional<int64_t> cost = {}; ///< in units of 1e-9 USD
  std::optional<int64_t> tokens = {};
  std::optional<int64_t> steps = {};
  std::optional<troupe::duration> duration = {};
};

/// What a step will probably spend.
struct estimate {
  int64_t cost = 0; ///< in units of 1e-9 USD
  int64_t tokens = 0;
};

struct cache {
  std::optional<duration> ttl = {}; ///< nothing: for ever
  std::string scope = {};           ///< which node it is, of all that share a cache
  helper key = {};                  ///< gives what tells one call from another
};

struct retry {
  int attempts = 1; ///< in total
  duration initial = std::chrono::seconds{1};
  double factor = 2;
  duration max = std::chrono::seconds{60};
  bool jitter = true;                    ///< full
  std::optional<std::set<errc>> on = {}; ///< nothing: all that are retryable
  std::optional<duration> max_elapsed = {};
};

enum class placement : uint8_t { spread, label, node, same_as };

/// On which worker a node's body runs.
struct place {
  plan::placement way = placement::spread;
  std::string name = {};                ///< the label; the worker; the step
  result_slot same_as = 0;              ///< of that step
  std::optional<duration> queue = {};   ///< how long to wait for a worker; nothing: as the
                                        ///< engine says
  std::optional<size_t> max_moves = {}; ///< likewise
};

struct node {
  std::string id;
  std::string path;
  std::string type; ///< kind of the step, or shape of the group
  plan::body body;
  std::optional<expression> when = {};
  std::optional<value_template> input = {};
  /// What a step gives in place of what its kind gave, one after another; `result` is there.
  std::vector<value_template> outputs = {};
  std::optional<value_template> price = {};                     ///< what its success costs, in USD
  std::vector<std::pair<std::string, value_template>> set = {}; ///< `*`: each member of an object
  std::optional<std::vector<std::string>> exports = {}; ///< keys that it may change; nothing: all
  std::optional<duration> timeout = {};                 ///< of one attempt
  std::optional<duration> deadline = {};                ///< of all attempts
  plan::retry retry = {};
  std::vector<node> fallback = {};
  std::optional<std::set<errc>> fallback_on = {}; ///< nothing: any
  std::shared_ptr<const config::schema> returns = {};
  std::optional<plan::batch> batch = {};
  std::optional<plan::budget> budget = {};
  std::optional<plan::cache> cache = {};
  std::optional<estimate> expects = {};
  std::vector<std::string> limits = {};  ///< in alphabetical order, the order of acquiring
  int max_visits = 100;                  ///< in one run of the group around
  helper action = {};                    ///< gives the action's name; null: the step's own word
  std::vector<node> undo = {};           ///< one, or none
  name_slot undo_result = 0;             ///< what `result` is in there
  bool rolls_back = false;               ///< a group: its steps are undone unless it succeeds
  std::optional<plan::place> place = {}; ///< nothing: where the group around runs
  bool idempotent = true;                ///< it may run again when it is not known how far it came
  value meta = {};
  std::optional<result_slot> slot = {}; ///< set if something reads its result
};

/// What a kind wants to know before a run starts.
struct preflight {
  std::string path;
  std::shared_ptr<const step_kind> kind;
  nlohmann::json params; ///< as written
};

struct input_spec {
  std::string type = "any";
  bool required = true;
  std::optional<value> fallback = {}; ///< when it is not given
};

/// What a flow is, whether it is run or called.
struct flow_core {
  std::string name;
  std::map<std::string, input_spec, std::less<>> inputs;
  bool takes_other_inputs = false; ///< no `inputs` section: what is not named is let through
  troupe::context context;         ///< as it begins
  plan::context_rules context_rules;
  node root; ///< a sequence or a graph
  std::optional<value_template> output;
};

/// A flow that others call, once for all of its calls.
struct subflow : flow_core {
  name_slot inputs_name = 0;
  helper output_node; ///< gives `output`; null: that of the root
};

/// A signal that some node waits for.
struct awaited_signal {
  std::string path;
  std::shared_ptr<const config::schema> schema; ///< null: any payload
};

class node_index; // config/node_index.hpp

struct flow : flow_core {
  std::string description;
  nlohmann::json inputs_as_written = nlohmann::json::object();
  std::vector<std::string> environment;
  std::vector<std::string> secrets; ///< their names
  std::vector<std::shared_ptr<const subflow>> subflows;
  std::map<std::string, limit, std::less<>> limits;
  std::multimap<std::string, awaited_signal, std::less<>> signals; ///< by name
  std::vector<preflight> checks;
  std::shared_ptr<const config::jq_programs> programs;
  std::shared_ptr<const std::string> documents; ///< what a worker reads; null: nothing is placed
  std::shared_ptr<const node_index> index;      ///< likewise
  std::vector<diagnostic> warnings;
};

/// Not the user's own, but part of a group's working.
bool is_helper(const node& x);

/// Whether its function is short and never blocks: then the group around can call it itself, and it
/// needs no actor.
bool is_inline(const step& x);

/// Calls `visit` for each node right inside: members of a group, backups, the undo, and what joins
/// or scores branches if a document says so. Helpers are not among them.
void each_inner(const node& x, const std::function<void(const node&)>& visit);
void each_inner(node& x, const std::function<void(node&)>& visit);

/// Names of strategies and policies as documents spell them; nothing for unknown ones.
std::optional<merge_strategy> merge_strategy_from(std::string_view name);
std::string_view to_string(merge_strategy x);
std::vector<std::string> merge_strategy_names();
std::optional<context_policy> context_policy_from(std::string_view name);
/// The policy's name, `jq`, or the function's name.
std::string to_string(const context_rule& x);
std::vector<std::string> context_policy_names();

/// The number a program's variables have for this scope; what is absent is null.
config::jq_programs::variables variables_of(const expression& x, const view& from);

/// Whether a backup is to be tried after this failure.
bool triggers_fallback(const node& x, const error& why);

/// What the steps need from outside and is not there; nothing: all is.
/// `concerns`: the paths of nodes that run here; null: all do.
std::optional<error> missing_for(const flow& x,
                                 const std::function<bool(const std::string& path)>& concerns = {});

/// The given inputs with defaults filled in and types checked; invalid_input otherwise.
expected<value> accept_inputs(const flow_core& x, const value& given);

} // namespace troupe::plan
