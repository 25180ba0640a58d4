// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/definition.hpp" // IWYU pragma: export
#include "troupe/dsl/merging.hpp"    // IWYU pragma: export
#include "troupe/dsl/node.hpp"       // IWYU pragma: export
#include "troupe/export.hpp"
#include "troupe/flow.hpp"

// Flows that are written in C++. Whatever a document can say can be said here, and means the same:
// a definition is a native document in the making, which the reader of documents reads.
namespace troupe::dsl {

/// Reads the definition with these kinds and its own functions. Diagnostics point into the document
/// as `to_document` prints it, with names such as `function:best` for functions without a kind.
TROUPE_EXPORT expected<flow, diagnostics> build(const definition& x, const registry& kinds,
                                                const reading_options& options = {});

/// The native document, as `troupe convert` prints it. Fails with not_portable if there are
/// functions in it that have no kind, and names all of their nodes; with invalid_input if a text is
/// no UTF-8.
TROUPE_EXPORT expected<std::string> to_document(const definition& x);

} // namespace troupe::dsl
