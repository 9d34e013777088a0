//! The settings.

super::words! {
    devices: "Devices", "设备";
}
