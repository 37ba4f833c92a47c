/** What may still close by itself once all tests are over: sockets kept alive, processes that were told to end. */
const GRACE_MILLISECONDS = 30_000;

/**
 * After the last test: says what keeps the process from ending, and ends it with the result that the tests had. A run that waits for ever
 * for something that a test left open would hide both.
 */
export function endDespiteOpenHandles(graceMilliseconds = GRACE_MILLISECONDS) {
  const end = () => {
    console.error(`a test left something open, and the run would not end: ${openHandles().join('; ')}`);
    process.exit();
  };
  setTimeout(end, graceMilliseconds).unref();
}

/** Kinds of open requests, then each active handle with its process, port or file descriptor. */
function openHandles() {
  const handles = process.report.getReport().libuv.filter((handle) => handle.is_active && handle.is_referenced);
  const named = handles.map(({ type, pid, fd, localEndpoint, remoteEndpoint }) =>
    JSON.stringify({ type, pid, fd, local: localEndpoint?.port, remote: remoteEndpoint?.port }),
  );
  return [process.getActiveResourcesInfo().join(', '), ...named];
}
