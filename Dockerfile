# All seven steps in one image: no shell, no package manager, no files but theirs and their
# libraries'. The manifest's command says which of them runs.
#
# The Swift runtime is one shared copy. Measured for all seven on x86-64 side by side, compressed as
# docker push does it (gzip -6); the second column is what a change of code pushes and pulls. (Since
# then they have grown to 7.9 and 2.7 MB.)
#                                          image    changed    start to first answer
#   a static runtime in each executable   21.7 MB    19.4 MB                   2.4 ms
#   one shared copy                        7.3 MB     2.1 MB                   3.2 ms
# Against three seconds of warm-up 0.8 ms do not count, and on each deploy every node pulls. (The
# Static Linux SDK puts a runtime into each executable, too.)

FROM swift:6.3.1-bookworm AS build
SHELL ["/bin/bash", "-o", "errexit", "-o", "pipefail", "-c"]
WORKDIR /calc

COPY Package.swift ./
COPY Sources Sources
# The package has tests, which are not needed here; their folders are.
RUN sed -n 's/.*name: "\([A-Za-z]*Tests\)".*/Tests\/\1/p' Package.swift \
  | xargs mkdir -p Tests/Support Tests/FlawedServer

# The cache keeps what is built: after a change in one main.swift only that is compiled, and Shared
# is not. The compiler goes by times, which a fresh clone or another branch changes: a file whose
# content was seen before gets the time that it had then. (make check-image tries it.)
# Nothing here uses regular expressions: their two libraries would be in the image, and loaded at
# each start.
RUN --mount=type=cache,target=/calc/.build,sharing=locked \
  mkdir -p /image/app; \
  find Package.swift Sources -type f | while read -r file; do \
    seen=.build/seen/$file; \
    if cmp -s "$file" "$seen"; then \
      touch --reference="$seen" "$file"; \
    else \
      mkdir -p "${seen%/*}"; \
      cp --preserve=timestamps "$file" "$seen"; \
    fi; \
  done; \
  for folder in Sources/CalcV*; do \
    swift build --configuration release --product "${folder##*/}" \
      -Xlinker -s -Xswiftc -enforce-exclusivity=unchecked \
      -Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import; \
    cp --preserve=timestamps ".build/release/${folder##*/}" /image/app; \
  done

# The libraries that they name, Swift's and the system's, where they look for them.
RUN mkdir /runtime; \
  ldd /image/app/* | grep -oE '/[^ ]+[.]so[^ ]*' | sort -u \
    | xargs cp --parents --dereference --preserve=timestamps --target-directory=/runtime; \
  find /runtime -name '*.so' -exec strip --strip-unneeded --preserve-dates {} +

FROM scratch
# Two layers: the first changes with the toolchain only.
COPY --from=build /runtime /
COPY --from=build /image /
USER 65532:65532
EXPOSE 4000
CMD ["/app/CalcV5"]
