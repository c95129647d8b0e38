/** What `rxspike --help` prints. */

export const help = `rxspike: spiking neural networks on event-camera recordings

  rxspike [FILE] [options]

Runs the edge detector (a refractory neuron per pixel, then oriented edge kernels) and shows it on a page:
camera image, what every layer does, rates, membranes, and sliders that change the running network.

  FILE                an event-camera recording: AEDAT4, Prophesee RAW (EVT3) or DAT, Event Stream, CSV; found by content.
                      Without a file: a built-in moving scene.

Options
  --headless          no page; as fast as it goes
  --json              with --headless: one JSON object on stdout at the end
  -p, --port N        port of the page (8080; 0: any free one)
  --host ADDRESS      address of the page (127.0.0.1: this machine only)
  --speed X           1: real time, 2: twice as fast, max: as fast as it goes (1; with --headless: max)
  --dt SECONDS        length of a frame, the network's step (0.001)
  --duration SECONDS  stop after so much event time
  --loop              begin again at the end of the recording
  --width N --height N  sensor size where the file does not say it; size of the built-in scene (346 x 260)
  --rate N            events per second of the built-in scene
  --seed N            of the built-in scene (1)
  --backend NAME      webassembly, javascript or interpreter (webassembly where it runs); all give the same bits
  -h, --help          this text
  -v, --version       the version

Examples
  rxspike                                    the built-in scene, on http://127.0.0.1:8080
  rxspike hand.aedat4 --loop                 a recording, again and again
  rxspike drive.raw --headless --json        how fast, how many spikes
  rxspike events.csv --width 640 --height 480 --speed 0.1

Ctrl-C ends a run, and what it came to is said then as well.
Exit status: 0 done, also by Ctrl-C; 1 the recording cannot be read or the page not served; 2 the command line is wrong.
`
