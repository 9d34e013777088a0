// Whoever stands at the gate is not signed in: this browser opens nobody's page without the server any more.
localStorage.removeItem('you');

// Lets a person see the password that they type. Everything else on these pages works without script.
for (const button of document.querySelectorAll('button[aria-pressed]')) {
  const field = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener('click', () => {
    const shows = field.type === 'password';
    field.type = shows ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shows));
  });
}
