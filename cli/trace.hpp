// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/run.hpp"

#include <map>
#include <string>
#include <vector>

namespace troupe::cli {

/// What is to be told of a run that has ended, and where.
struct trace_order {
  enum class form { chrome, gantt, otlp };
  form how;
  std::string target; ///< a file, or the URL of a collector
};

/// What `--trace` says. A collector without a URL is that of OTEL_EXPORTER_OTLP_ENDPOINT, else the
/// one of this machine.
expected<std::vector<trace_order>> read_traces(const std::vector<std::string>& options);

/// Writes and sends them. False, and a line on standard error, if a file cannot be written; a
/// collector that cannot be reached is only told of.
bool write_traces(const std::vector<trace_order>& orders, const run_result& result);

/// The headers in OTEL_EXPORTER_OTLP_HEADERS: `name=text,…`, the texts percent-encoded.
/// Source: OpenTelemetry protocol exporter, and W3C Baggage for the form.
std::map<std::string, std::string> read_header_list(const std::string& list);

} // namespace troupe::cli
