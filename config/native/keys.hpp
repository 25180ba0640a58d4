// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The keys of the native format: those that are read, and those that a later version brings.
namespace troupe::config::keys {

using list = std::vector<std::string>;

inline const list flow{"troupe",   "ir_version", "$schema", "name",    "description", "version",
                       "inputs",   "context",    "env",     "secrets", "defaults",    "types",
                       "on_error", "pipeline",   "output",  "meta",    "prices",      "limits",
                       "budget",   "flows",      "outputs"};
inline const list inline_flow{"name",     "description", "inputs", "context",
                              "pipeline", "output",      "meta",   "outputs"};

inline const list defaults{"timeout", "retry", "llm"};

inline const list shapes{"parallel", "sequence", "choice", "loop", "graph", "call", "wait"};

inline const list node{"id",          "type",    "params",  "model",    "when",      "enabled",
                       "input",       "set",     "timeout", "deadline", "retry",     "fallback",
                       "fallback_on", "returns", "meta",    "batch",    "next",      "max_visits",
                       "depends_on",  "action",  "undo",    "limit",    "budget",    "expects",
                       "cache",       "price",   "exports", "place",    "idempotent"};
/// What a group takes besides, and what each shape does.
inline const list of_groups{"on_error"};
inline const list of_parallel{"parallel",      "max_workers", "min_success", "merge",
                              "context_merge", "split",       "hedge",       "share"};
inline const list of_sequence{"sequence"};
inline const list of_choice{"choice"};
inline const list of_loop{"loop", "while", "until", "max_iterations", "on_limit", "carry"};
inline const list of_graph{"graph"};
inline const list of_call{"call", "with"};
inline const list of_wait{"wait"};

inline const list ways_to_place{"label", "node", "same_as", "spread"};
inline const list place{"label", "node", "same_as", "spread", "queue", "max_moves"};
inline const list retry{"attempts", "initial", "factor", "max", "jitter", "on", "max_elapsed"};
inline const list batch{"items",      "as",       "parallel", "max_concurrent",
                        "batch_size", "on_error", "tolerated"};

inline const list roots{"inputs", "workflow", "context", "previous", "item",
                        "index",  "result",   "env",     "secret",   "steps"};
} // namespace troupe::config::keys
