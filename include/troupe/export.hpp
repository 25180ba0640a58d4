// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What libtroupe.so shows; everything else in it is hidden.
#define TROUPE_EXPORT [[gnu::visibility("default")]]
