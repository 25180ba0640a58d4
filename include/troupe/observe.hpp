// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"
#include "troupe/run.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What a run, a node of it, or one try of a node took: the rows of a picture, the spans of a
/// trace.
struct span {
  std::string path = {}; ///< of the node; empty: the run
  std::string name = {}; ///< the flow, the node's part of the path, `primary` or `attempt 2`
  std::string type = {}; ///< the step's kind, or the group's shape; of the run: `flow`
  troupe::status status = status::succeeded;
  wall_time start = {};
  troupe::duration duration = {};    ///< waiting included
  std::optional<size_t> parent = {}; ///< its place in the list; nothing: the run
  size_t depth = 0;                  ///< how many are around it
  bool is_group = false;             ///< there are nodes inside
  int attempt = 0;                   ///< a try that failed, from 1; 0: the whole of a node
  int attempts = 1;                  ///< how often the node was tried
  std::optional<troupe::error> error = {};
  troupe::metrics metrics = {}; ///< those of what is inside included
  /// What the metadata say in one number, boolean or text each (at most 200 bytes of it).
  nlohmann::json facts = nlohmann::json::object();

  /// Nodes that were skipped did not; the run always does.
  bool took_time() const { return status != troupe::status::skipped || !parent; }
};

/// A finished run, then its nodes, each before what is inside of it and in order of definition.
/// Tries that failed are spans inside of their node; a primary whose backup was used is one called
/// `primary`. Empty for a run that never began. Items of a batch that succeeded are not in a
/// result, so they are not here.
TROUPE_EXPORT std::vector<span> spans_of(const run_result& x);

/// The run in the Trace Event Format as JSON, which Perfetto and chrome://tracing open. What
/// overlaps is shown in lanes of its own. Times are microseconds since the run began.
/// Source: "Trace Event Format", the Chromium project.
TROUPE_EXPORT std::string chrome_trace(const run_result& x);

/// A picture of the run as SVG: a bar for each node over the time, with how it ended, how often it
/// was tried and which backup stood in. Of more than 500 nodes the longest are shown, and how many
/// are left out is said. Nothing in it refers to anything outside.
TROUPE_EXPORT std::string gantt_svg(const run_result& x);

} // namespace troupe
