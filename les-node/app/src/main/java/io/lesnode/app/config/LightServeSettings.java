package io.lesnode.app.config;

/**
 * What light clients get.
 *
 * @param servePercent share of one processor's time spent on serving, in percent; above 100 means
 *     more than one; 0 turns serving off
 * @param maxClients most light clients connected at a time
 */
public record LightServeSettings(int servePercent, int maxClients) {}
