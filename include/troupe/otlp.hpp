// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/expected.hpp"
#include "troupe/export.hpp"
#include "troupe/run.hpp"

#include <map>
#include <string>

namespace troupe {

/// The run as a request of the OpenTelemetry protocol, in its JSON form. A run id that is a UUID is
/// the trace's id, else a digest of it is; span ids are digests of run id and path, so that sending
/// a run twice makes one trace. Skipped nodes are left out; outputs never are in it.
/// `resource`: attributes of who ran it, such as `service.name`.
/// Source: OTLP 1.x, opentelemetry-proto (trace.proto); names of attributes: the OpenTelemetry
/// semantic conventions where they have one, else `troupe.…`.
TROUPE_EXPORT std::string otlp_traces(const run_result& x,
                                      const std::map<std::string, std::string>& resource);

/// Posts such a body to a collector, and waits for the answer, at most 10 s. `url`: the collector's
/// address; `/v1/traces` is added unless it ends so. Fails with invalid_input (no http or https
/// URL), connection_failed, timeout, or http_status (also for spans that were not accepted).
TROUPE_EXPORT expected<void> export_traces(const std::string& body, const std::string& url,
                                           const std::map<std::string, std::string>& headers = {});

} // namespace troupe
