// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/cluster_protocol.hpp"
#include "troupe/expected.hpp"

namespace troupe {

/// The secrets that the branch needs: those that did not travel are this worker's own, from its
/// environment. invalid_input: it has not all of them.
expected<value> secrets_for(const branch_order& order);

/// Also to what undoes the steps that have ended elsewhere.
void give_secrets(branch_order& order, value secrets);

} // namespace troupe
