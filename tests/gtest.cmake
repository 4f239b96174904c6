# add_gtest(NAME PROGRAM LABEL [FILTER gtest-filter] [SHARDS n] [property value...])
#
# Some tests of a program of GoogleTest as one entry of ctest, or as n that share them: a process for each test would
# cost more than most tests do. The report each entry leaves lets scripts/test count single tests (tests/tally).
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/reports)

# The report of the entry `name`, which tests/tally will expect.
function(expect_report name)
  set_property(GLOBAL APPEND_STRING PROPERTY PINHOLE_REPORTS "${name}\n")
endfunction()

function(add_gtest name program label)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "FILTER;SHARDS" "")
  if(NOT arg_FILTER)
    set(arg_FILTER "*")
  endif()
  if(NOT arg_SHARDS)
    set(arg_SHARDS 1)
  endif()
  foreach(shard RANGE 1 ${arg_SHARDS})
    set(entry ${name})
    if(arg_SHARDS GREATER 1)
      set(entry ${name}.${shard})
    endif()
    math(EXPR index "${shard} - 1")
    add_test(NAME ${entry} COMMAND ${program} --gtest_brief=1 --gtest_filter=${arg_FILTER})
    set_tests_properties(${entry} PROPERTIES LABELS "${label}"
      ENVIRONMENT
        "GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/reports/${entry}.xml;GTEST_TOTAL_SHARDS=${arg_SHARDS};GTEST_SHARD_INDEX=${index}"
      ${arg_UNPARSED_ARGUMENTS})
    expect_report(${entry})
  endforeach()
endfunction()
