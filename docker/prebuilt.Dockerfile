# Puts a program that was built outside on the runtime stage, so that nothing is compiled again:
#   docker build --target runtime -t syrah-runtime -f docker/Dockerfile .
#   docker build --build-arg RUNTIME=syrah-runtime -f docker/prebuilt.Dockerfile FOLDER-OF-THE-PROGRAM
# In a file of its own, as builders other than BuildKit build every stage that comes before a target.

ARG RUNTIME
FROM ${RUNTIME}
COPY syrah /usr/local/bin/syrah
