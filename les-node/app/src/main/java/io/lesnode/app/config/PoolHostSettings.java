package io.lesnode.app.config;

import io.lesnode.devp2p.Enode;
import java.util.OptionalLong;

/**
 * How a server takes part in a pool.
 *
 * @param pool where the pool is
 * @param capacity what it gives to clients of the pool altogether; empty: half of what it has
 * @param priceWeiPerGigaToken what it wants for 10⁹ tokens; empty: what it sells for otherwise
 */
public record PoolHostSettings(
    Enode pool, OptionalLong capacity, OptionalLong priceWeiPerGigaToken) {}
