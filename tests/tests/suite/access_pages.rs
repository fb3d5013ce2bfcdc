//! The office's pages are for its people.

use tests::TestApp;

#[tokio::test]
async fn citizens_are_not_led_here() {
    let app = TestApp::start().await;
    for path in ["/", "/termin", "/impressum", "/datenschutz", "/barrierefreiheit"] {
        let page = app.get(&app.haltern.host, path).await.text();
        assert!(!page.contains("/amt"), "{path}");
    }
}
