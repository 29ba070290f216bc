/**
 * What servers are worth: how much they served, how fast, and what a request is worth to us.
 *
 * <p>Public types: {@link io.lesnode.les.client.value.ValueTracker}, which a client drives with
 * what was served and when; {@link io.lesnode.les.client.value.ResponseTimes}, the histogram behind
 * timeouts and service values; {@link io.lesnode.les.client.value.ServiceVector}, the kinds of
 * service. Value machines: no clock, disk or thread inside; the client loop owns them. Reference:
 * les.md 5.4; geth v1.10.26, les/vflux/client (valuetracker, requestbasket, timestats).
 */
@NullMarked
package io.lesnode.les.client.value;

import org.jspecify.annotations.NullMarked;
