# Warnings, sanitizers and ccache for every target of the project.
find_program(SEKISHO_CCACHE ccache)
if(SEKISHO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SEKISHO_CCACHE}")
endif()

set(SEKISHO_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")

add_library(sekisho_compiler INTERFACE)
target_compile_options(sekisho_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Werror -fstack-protector-strong -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside libstdc++ at -O2 with code that is right (GCC bugs 105329, 105562).
  target_compile_options(sekisho_compiler INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
else()
  target_compile_options(sekisho_compiler INTERFACE -Wthread-safety)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo")
  target_compile_definitions(sekisho_compiler INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()
if(SEKISHO_SANITIZE)
  target_compile_options(sekisho_compiler INTERFACE
    -fsanitize=${SEKISHO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sekisho_compiler INTERFACE -fsanitize=${SEKISHO_SANITIZE})
endif()
if(SEKISHO_FUZZ)
  target_compile_options(sekisho_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()
