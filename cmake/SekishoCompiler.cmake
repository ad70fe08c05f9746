# Warnings, sanitizers and ccache for every target of the project.
find_program(SEKISHO_CCACHE ccache)
if(SEKISHO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SEKISHO_CCACHE}")
endif()

set(SEKISHO_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")

# _sekisho_compiler(NAME SANITIZERS): an interface that carries the options; SANITIZERS is what is compiled in.
function(_sekisho_compiler name sanitizers)
  add_library(${name} INTERFACE)
  target_compile_options(${name} INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Werror -fstack-protector-strong -fno-strict-aliasing)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these inside libstdc++ at -O2 with code that is right (GCC bugs 105329, 105562).
    target_compile_options(${name} INTERFACE
      -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
  else()
    target_compile_options(${name} INTERFACE -Wthread-safety)
  endif()
  if(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo")
    target_compile_definitions(${name} INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  endif()
  if(SEKISHO_SANITIZE)
    target_compile_options(${name} INTERFACE
      -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${name} INTERFACE -fsanitize=${SEKISHO_SANITIZE})
  endif()
  if(SEKISHO_FUZZ)
    target_compile_options(${name} INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

_sekisho_compiler(sekisho_compiler "${SEKISHO_SANITIZE}")

# Test code is compiled more often than it matters how fast it runs, so it is compiled cheaply:
# measured and shipped are the libraries. UBSan watches these, not the tests themselves.
string(REPLACE ",undefined" "" _tests_sanitize "${SEKISHO_SANITIZE}")
_sekisho_compiler(sekisho_test_compiler "${_tests_sanitize}")
target_compile_options(sekisho_test_compiler INTERFACE -g0)
if(NOT SEKISHO_SANITIZE)
  target_compile_options(sekisho_test_compiler INTERFACE -O1)
endif()
