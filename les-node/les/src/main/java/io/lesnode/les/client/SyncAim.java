package io.lesnode.les.client;

/**
 * A head to reach and the server to fetch it from, which need not be the one that announced it.
 * Immutable.
 */
record SyncAim(ServerPeer server, AnnouncedHead target) {}
