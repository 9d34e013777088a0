//! To MongoDB and back.

use std::env;

use crate::{
    folder, moved, refused, sqlite,
    support::{
        behind::database,
        server::{Options, Server},
    },
    world::World,
};

#[tokio::test]
async fn what_went_to_mongodb_and_back_is_as_it_was() {
    let mut server = Server::start_with(Options::alone());
    let world = World::make(&server).await;
    let before = world.seen(&server).await;
    server.kill();
    let mongodb =
        database(&env::var("MONGODB_URL").expect("MONGODB_URL names a server; tools/with-servers starts one"));
    moved(&world, &sqlite(server.data()), &mongodb);
    refused(&sqlite(server.data()), &mongodb, "the target is not empty");

    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_STORE", mongodb.clone()));
    let mut server = Server::start_with(options);
    assert_eq!(world.seen(&server).await, before);
    server.kill();

    let back = folder();
    moved(&world, &mongodb, &sqlite(back.path()));
    let server = Server::start_in(back, None, Options::alone());
    assert_eq!(world.seen(&server).await, before);
    world.goes_on(&server).await;
}
