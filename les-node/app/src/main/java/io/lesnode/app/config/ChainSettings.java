package io.lesnode.app.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which chain, and where it is kept.
 *
 * @param datadir folder of the databases and the node key
 * @param genesis genesis file in geth's format; absent when the data folder already has a chain
 * @param networkId network id of the handshake; absent means the chain id
 * @param fakePow skip the seal check of proof-of-work headers, all other rules apply
 * @param archive keep the state of every block instead of the recent ones
 */
public record ChainSettings(
    Path datadir,
    Optional<Path> genesis,
    OptionalLong networkId,
    boolean fakePow,
    boolean archive) {}
