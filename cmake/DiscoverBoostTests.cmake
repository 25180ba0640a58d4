# SPDX-License-Identifier: Apache-2.0
# discover_boost_tests(program): makes each case of a Boost.Test program a CTest test of its own. The
# program is asked for its cases after it is built.
set(_discover_script "${CMAKE_CURRENT_LIST_DIR}/list_boost_tests.cmake")

set(_seconds_for_a_test 120)
if(TROUPE_SANITIZE)
  set(_seconds_for_a_test 1200) # of instrumented code
endif()

function(discover_boost_tests target)
  set(list "${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake")
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DNAME=${target} -DLIST=${list}
            "-DENVIRONMENT=${ARGN}" -DFOLDER=${CMAKE_CURRENT_SOURCE_DIR}
            -DTIMEOUT=${_seconds_for_a_test} -P ${_discover_script}
    VERBATIM)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${list}")
endfunction()
